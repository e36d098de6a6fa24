import TraceModel

/// The run configuration as an estimate shows it, every default filled in.
enum ConfigurationSettings {
  static func settings(of build: RuntimeBuild) -> [Estimate.Setting] {
    let run = build.configuration
    var settings: [Estimate.Setting] = [
      Estimate.Setting("wamr", .text(build.version.description)),
      Estimate.Setting("mode", .text(build.mode.rawValue)),
      Estimate.Setting("target", .text(build.target.description)),
      Estimate.Setting("platform", .text(build.platform.rawValue)),
      Estimate.Setting("features", .text(build.features.text)),
      Estimate.Setting("profile", .text(build.profile.name)),
      Estimate.Setting("hardwareBoundChecks", .flag(build.checksBoundsInHardware)),
      Estimate.Setting("stackBytes", .number(build.stackBytes)),
      Estimate.Setting("heapBytes", .number(build.heapBytes)),
      Estimate.Setting("instances", .number(run.instances)),
      Estimate.Setting("threads", .number(run.threads)),
    ]
    if run.threads > 0 {
      settings.append(Estimate.Setting("threadModel", .text(run.threadModel.rawValue)))
      settings.append(Estimate.Setting("threadStackBytes", .number(build.threadStackBytes)))
    }
    if let bytes = run.nativeStackSize {
      settings.append(Estimate.Setting("nativeStackBytes", .number(bytes)))
    }
    if let pages = run.maxMemoryPages {
      settings.append(Estimate.Setting("maxMemoryPages", .number(pages)))
    }
    return settings
  }
}

import ArgumentParser
import MemtraceCommands

@main
enum Main {
  static func main() { ProgramRun.main() }
}

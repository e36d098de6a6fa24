/// What stands in the way of recording a command on this machine.
package struct Diagnosis: Hashable, Sendable {
  /// The command's words; empty where only the machine was looked at.
  package var command: [String]
  /// The program that would run: of a script, its interpreter; nil without a command.
  package var program: String?
  /// In the order in which they were looked at.
  package var findings: [Finding]

  package init(command: [String] = [], program: String? = nil, findings: [Finding] = []) {
    self.command = command
    self.program = program
    self.findings = findings
  }

  package func count(_ severity: Finding.Severity) -> Int {
    findings.count { $0.severity == severity }
  }

  package var hasProblem: Bool { count(.problem) > 0 }

  /// The worst first, else as they were looked at.
  package var ranked: [Finding] {
    Finding.Severity.allCases.reversed().flatMap { severity in
      findings.filter { $0.severity == severity }
    }
  }
}

import Foundation
import MemtraceTestSupport

/// A C++ program with functions inlined into one another, which prints where they lie.
///
/// Each line it prints is a return address within `shapes::outer` or `main`, and the truth about it
/// is the text of the program.
struct InlinedProgram {
  private static let text = """
    #include <stdio.h>
    struct Name { const char *text; };
    extern "C" __attribute__((noinline)) void print_caller(void) {
      printf("%lx\\n", (unsigned long)__builtin_return_address(0));
    }
    namespace shapes {
    static inline __attribute__((always_inline)) void innermost(int count) {
      for (int index = 0; index < count; index++)
        print_caller();
    }
    template <typename Value> struct Box {
      Value value;
      inline __attribute__((always_inline)) void middle(int count) {
        innermost(count);
        print_caller();
      }
    };
    __attribute__((noinline)) void outer(const Name &name, int count) {
      Box<long> box = {1};
      box.middle(count);
      print_caller();
      printf("%s\\n", name.text);
    }
    }
    char kept_data[1234] = {1};
    int main(int count, char **) {
      shapes::outer({"end"}, count);
      print_caller();
      return kept_data[count] ? 1 : 0;
    }

    """

  /// What the program's text says of its calls, innermost function first, in the order it prints.
  static let calls: [[(function: String, line: Int)]] = [
    [
      ("shapes::innermost(int)", 9), ("shapes::Box<long>::middle(int)", 14),
      ("\(outer)", 20),
    ],
    [("shapes::Box<long>::middle(int)", 15), ("\(outer)", 20)],
    [("\(outer)", 21)],
    [("main", 28)],
  ]
  private static let outer = "shapes::outer(Name const&, int)"

  let folder: TemporaryFolder
  let path: String
  /// The addresses in the calls' instructions.
  let addresses: [UInt64]

  init(_ options: [String] = []) throws {
    folder = try TemporaryFolder()
    let source = try folder.write(Array(InlinedProgram.text.utf8), to: "inlined.cpp")
    path = folder.file("inlined")
    // Fixed addresses: what it prints are the file's virtual addresses.
    _ = try Tool.output(
      ["clang++", "-O2", "-g", "-fno-pie", "-no-pie", "-Wl,--build-id"] + options
        + [source, "-o", path])
    addresses = try Tool.output([path]).split(separator: "\n")
      .compactMap { UInt64($0, radix: 16) }.map { $0 - 1 }
  }

  /// The build id that readelf prints.
  func buildID() throws -> [UInt8] {
    let notes = try Tool.output(["readelf", "-n", path])
    guard let mark = notes.range(of: "Build ID: ") else { return [] }
    let digits = Array(notes[mark.upperBound...].prefix(while: \.isHexDigit).utf8)
    return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16)
    }
  }

  /// A copy without debug information or without symbols.
  func stripped(_ option: String, to name: String) throws -> String {
    let copy = folder.file(name)
    _ = try Tool.output(["strip", option, "-o", copy, path])
    return copy
  }
}

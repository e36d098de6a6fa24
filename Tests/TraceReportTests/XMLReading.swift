import Foundation
import FoundationXML

/// An element with what is inside it.
struct XMLElementValue {
  var name: String
  var attributes: [String: String]
  var children: [XMLElementValue] = []
  var text = ""

  /// The elements of a name inside it, in order, at any depth.
  func descendants(_ name: String) -> [XMLElementValue] {
    children.flatMap { ($0.name == name ? [$0] : []) + $0.descendants(name) }
  }
}

/// Reads XML by Foundation's parser, which is libxml2 and refuses what is not well-formed.
enum XMLReading {
  struct Problem: Error {
    var text: String
  }

  static func root(of text: String) throws -> XMLElementValue {
    let parser = XMLParser(data: Data(text.utf8))
    let reader = Reader()
    parser.delegate = reader
    guard parser.parse(), let root = reader.root else {
      throw Problem(text: "line \(parser.lineNumber): \(String(describing: parser.parserError))")
    }
    return root
  }

  private final class Reader: NSObject, XMLParserDelegate {
    private var open: [XMLElementValue] = []
    private(set) var root: XMLElementValue?

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      open.append(XMLElementValue(name: name, attributes: attributes))
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
      open[open.count - 1].text += text
    }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
      qualifiedName: String?
    ) {
      let element = open.removeLast()
      if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
    }
  }
}

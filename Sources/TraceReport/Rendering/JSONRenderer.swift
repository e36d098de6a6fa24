/// Writes a document's machine-readable form.
package struct JSONRenderer {
  package init() {}

  package func render(_ document: Document) -> String {
    JSONWriter.text(document.json) + "\n"
  }
}

package import TraceModel

/// What a row of a diff is about: a category, or the one group of categories.
package enum DiffSubject: Hashable, Sendable {
  case category(MemoryCategory)
  /// The sum of the categories with codes 2 to 6, where one side does not split it.
  case globalHeap

  package var id: String {
    switch self {
    case .category(let category): category.id
    case .globalHeap: "global-heap"
    }
  }

  /// The place among rows of equal size: the category's code, the group where its first part is.
  package var code: UInt8 {
    switch self {
    case .category(let category): category.code
    case .globalHeap: MemoryCategory.module.code
    }
  }
}

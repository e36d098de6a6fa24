import Testing
import TraceModel

/// The numbers stand in stores: a line here never changes.
@Suite struct SnapshotFieldTests {
  private static let frozen: [(SnapshotField, UInt8, String)] = [
    (.moduleTotal, 0, "module.total"), (.moduleStruct, 1, "module.struct"),
    (.moduleTypes, 2, "module.types"), (.moduleImports, 3, "module.imports"),
    (.moduleFunctions, 4, "module.functions"), (.moduleTables, 5, "module.tables"),
    (.moduleMemories, 6, "module.memories"), (.moduleGlobals, 7, "module.globals"),
    (.moduleExports, 8, "module.exports"), (.moduleTableSegments, 9, "module.tableSegments"),
    (.moduleDataSegments, 10, "module.dataSegments"),
    (.moduleConstStrings, 11, "module.constStrings"),
    (.moduleCustomSections, 12, "module.customSections"),
    (.moduleAOTCode, 13, "module.aotCode"), (.instanceTotal, 14, "instance.total"),
    (.instanceStruct, 15, "instance.struct"), (.instanceMemories, 16, "instance.memories"),
    (.instanceAppHeap, 17, "instance.appHeap"), (.instanceTables, 18, "instance.tables"),
    (.instanceFunctions, 19, "instance.functions"), (.instanceGlobals, 20, "instance.globals"),
    (.instanceExports, 21, "instance.exports"), (.execEnvTotal, 22, "execEnv.total"),
    (.execEnvStruct, 23, "execEnv.struct"),
    (.execEnvBlockAddrCache, 24, "execEnv.blockAddrCache"),
    (.execEnvStack, 25, "execEnv.stack"), (.total, 26, "total"),
    (.interpreterStackUsed, 27, "interpreterStackUsed"), (.auxStackUsed, 28, "auxStackUsed"),
    (.nativeStackLeft, 29, "nativeStackLeft"), (.appHeapUsed, 30, "appHeapUsed"),
  ]

  @Test func `numbers and names never change`() {
    #expect(SnapshotField.allCases.count == SnapshotFieldTests.frozen.count)
    for (field, number, name) in SnapshotFieldTests.frozen {
      #expect(field.rawValue == number)
      #expect(field.name == name)
      #expect(SnapshotField(name: name) == field)
    }
    // A store keeps the fields of a snapshot as bits of one number.
    #expect(SnapshotField.allCases.allSatisfy { $0.rawValue < 64 })
    #expect(SnapshotField(name: "module.Total") == nil)
  }
}

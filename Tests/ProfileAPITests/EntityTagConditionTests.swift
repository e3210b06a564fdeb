import Testing

@testable import ProfileAPI

@Suite struct EntityTagConditionTests {
    @Test func readsListsAndWeakTags() throws {
        let condition = try EntityTagCondition.parse([#""3", W/"4""#, #""x","03""#], header: "If-Match")
        #expect(condition == .tags(EntityTagCondition.Tags(strongVersions: [3], versions: [3, 4])))
        #expect(try EntityTagCondition.parse([" * "], header: "If-Match") == .any)
        #expect(try EntityTagCondition.parse([], header: "If-Match") == nil)
    }

    @Test(arguments: ["3", "\"3", "\"3\" \"4\"", "*, \"3\"", "W/3"])
    func refuses(value: String) {
        #expect(throws: Problem.self) { try EntityTagCondition.parse([value], header: "If-Match") }
    }
}

import Foundation
import LogStorage
import Testing

@testable import UserProfiles

/// The examples of the page on records, by which others write their readers.
@Suite struct RecordPageTests {
    private let page: String

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/UserProfiles/UserProfiles.docc/Records.md").standardized
        page = try String(contentsOf: file, encoding: .utf8)
    }

    /// The lines of the page's code blocks.
    private var examples: [String] { page.matches(of: /\n {4}(\S.*)/).map { String($0.1) } }

    private func event() throws -> ProfileEvent {
        let email = "Σοφός.İnan@STRAẞE.example"
        let profile = try ProfileDraft("Zoë \"Z\"", email, #"{"city":"Köln","n":1.10}"#).profile
        return ProfileEvent(
            context: .by("Ольга", reason: "Umzug"),
            profile: profile,
            restoredFrom: ProfileVersion(2)
        )
    }

    @Test("The example of a payload is what is written, byte by byte, and the table has its members in their order")
    func payload() throws {
        let event = try event()
        let example = try #require(examples.first)
        #expect(Array(example.utf8) == event.encoded())
        #expect(try ProfileEvent(payload: Array(example.utf8), of: LogSequenceNumber(1)) == event)
        let rows = page.matches(of: /\n\| `([a-z_]+)` \| (string|object|number) \|/).map { String($0.1) }
        guard case .object(let object) = try JSONValue.text(example) else {
            Issue.record("the example is no object")
            return
        }
        #expect(rows == object.members.map(\.key))
    }

    @Test("What the table says may be left out is left out, and nothing else")
    func omitted() throws {
        var event = try event()
        event.context.reason = nil
        event.context.sourceIP = nil
        event.restoredFrom = nil
        event.profile = try ProfileDraft("n", "a@b.example").profile
        guard case .object(let object) = try JSONParser.parse(event.encoded()) else {
            Issue.record("a payload is no object")
            return
        }
        let always = page.matches(of: /\n\| `([a-z_]+)` \|.*\| never \|/).map { String($0.1) }
        #expect(always == object.members.map(\.key))
    }

    @Test("The example of an address folds to what the page says, and has the key that it says")
    func key() throws {
        let event = try event()
        let folded = FoldedText(event.profile.email).bytes
        #expect(examples.dropFirst() == [event.profile.email, String(decoding: folded, as: UTF8.self)])
        let key = TextKeys.standard.email(folded)
        #expect(page.contains("the key is 0x\(String(key, radix: 16))."))
        let bytes = withUnsafeBytes(of: key.littleEndian) { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) } }
        #expect(page.contains("begins with `\(bytes.joined(separator: " "))`"))
        #expect(page.contains("0x\(String(TextKeys.actorTag(event.context.actor), radix: 16))."))
    }
}

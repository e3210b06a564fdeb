import LogStorage
import Testing

@testable import ProfileAPI

@Suite struct HTTPDateTests {
    /// The example of RFC 9110, section 5.6.7, and a leap day.
    @Test func theFormIsThatOfRFC9110() {
        #expect(HTTPDate.text(LogTimestamp(microseconds: 784_111_777_999_999)) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.text(LogTimestamp(microseconds: 1_709_164_800_000_000)) == "Thu, 29 Feb 2024 00:00:00 GMT")
    }
}

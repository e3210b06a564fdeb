import Foundation
import TestSupport
import Testing

@testable import LogStorage

@Suite("Values and encodings")
struct ValueTests {
    @Test(
        "RFC 3339 times are read and written",
        arguments: [
            ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000000Z"),
            ("2026-11-22T10:00:00.123456Z", 1_795_341_600_123_456, "2026-11-22T10:00:00.123456Z"),
            ("2026-11-22T10:00:00.1234569+01:00", 1_795_338_000_123_456, "2026-11-22T09:00:00.123456Z"),
            ("2024-02-29t23:59:59.5z", 1_709_251_199_500_000, "2024-02-29T23:59:59.500000Z"),
            ("1969-12-31T23:59:59.999999Z", -1, "1969-12-31T23:59:59.999999Z"),
            ("0000-01-01T00:00:00Z", -62_167_219_200_000_000, "0000-01-01T00:00:00.000000Z"),
            ("9999-12-31T23:59:59.999999-00:00", 253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
        ] as [(String, Int64, String)]
    )
    func times(text: String, microseconds: Int64, canonical: String) throws {
        let time = try LogTimestamp(rfc3339: text)
        #expect(time.microseconds == microseconds)
        #expect(time.rfc3339 == canonical)
    }

    @Test(
        "What is no RFC 3339 time with an offset is refused, with the reason",
        arguments: [
            ("", .malformed), ("now", .malformed), ("2026-11-22", .malformed), ("2026-11-22T10:00:00", .offsetMissing),
            ("2026-11-22T10:00:00.", .malformed), ("2026-02-29T10:00:00Z", .noSuchInstant),
            ("2026-13-01T10:00:00Z", .noSuchInstant), ("2026-00-10T10:00:00Z", .noSuchInstant),
            ("2026-11-22T24:00:00Z", .noSuchInstant), ("2026-11-22T10:00:00+24:00", .noSuchInstant),
            ("2026-11-22T10:00:00Zx", .malformed), ("٢٠٢٦-11-22T10:00:00Z", .malformed),
            ("2026-11-22T10:00:00+0100", .malformed),
        ] as [(String, LogTimestamp.ParseError)]
    )
    func wrongTimes(text: String, reason: LogTimestamp.ParseError) {
        #expect(throws: reason) { try LogTimestamp(rfc3339: text) }
    }

    @Test("Every day of eight centuries is written as the calendar says")
    func calendar() {
        var day: Int64 = -146_097
        var date = CivilDate(year: 1570, month: 1, day: 1)
        #expect(date.daysSince1970 == day)
        while date.year < 2370 {
            let computed = CivilDate(daysSince1970: day)
            #expect((computed.year, computed.month, computed.day) == (date.year, date.month, date.day))
            let isLastOfMonth = date.day == CivilDate.days(inMonth: date.month, ofYear: date.year)
            let isLastOfYear = isLastOfMonth && date.month == 12
            date = CivilDate(
                year: date.year + (isLastOfYear ? 1 : 0),
                month: isLastOfMonth ? date.month % 12 + 1 : date.month,
                day: isLastOfMonth ? 1 : date.day + 1
            )
            day += 1
        }
    }

    @Test("Varints of every length come back, and overlong or cut ones are refused")
    func varints() {
        for shift in 0..<64 {
            for value in [1 << shift, (1 << shift) - 1, UInt64.max >> shift] as [UInt64] {
                var writer = ByteWriter()
                writer.putVarint(value)
                writer.bytes.withUnsafeBytes { bytes in
                    var reader = ByteReader(bytes)
                    #expect(reader.varint() == value)
                    #expect(reader.isAtEnd)
                    var cut = ByteReader(UnsafeRawBufferPointer(rebasing: bytes.dropLast()))
                    #expect(cut.varint() == nil)
                }
            }
        }
        for wrong in [Array(repeating: 0x80, count: 11), Array(repeating: 0xFF, count: 9) + [2]] as [[UInt8]] {
            wrong.withUnsafeBytes { bytes in
                var reader = ByteReader(bytes)
                #expect(reader.varint() == nil)
            }
        }
    }

    @Test("Payloads of any length and script survive compression", arguments: [1, 20, 300, 1_023, 1_024, 40_000])
    func compression(count: Int) throws {
        let alphabet = Array("{\"name\":\"Αθηνά Łukasz 山田 محمد\",\"email\"}0123456789".utf8)
        let json = (0..<count).map { alphabet[($0 &* $0 &+ $0 / 7) % alphabet.count] }
        let payload = EncodedPayload.encode(json)
        let inflater = try PayloadInflater(dictionaryID: PresetDictionary.currentID)
        for _ in 0..<2 {
            let back = payload.stored.withUnsafeBytes {
                inflater.inflate($0.bytes, codec: payload.codec, size: json.count)
            }
            #expect(back == json)
        }
        let wrongSize = payload.stored.withUnsafeBytes {
            inflater.inflate($0.bytes, codec: payload.codec, size: json.count + 1)
        }
        #expect(wrongSize == nil)
        let cut = payload.stored.dropLast().withUnsafeBytes {
            inflater.inflate($0.bytes, codec: payload.codec, size: json.count)
        }
        #expect(cut == nil)
    }

    @Test("The JSON that deflates best comes back, at the greatest size there is; so few bytes never make more")
    func densestPayload() throws {
        let json = Array(repeating: UInt8(ascii: "7"), count: FrameLayout.maximumPayloadBytes)
        let payload = EncodedPayload.encode(json)
        #expect(payload.codec == .deflate)
        let inflater = try PayloadInflater(dictionaryID: PresetDictionary.currentID)
        func inflated(_ stored: ArraySlice<UInt8>, _ size: Int) -> [UInt8]? {
            stored.withUnsafeBytes { inflater.inflate($0.bytes, codec: .deflate, size: size) }
        }
        #expect(inflated(payload.stored[...], json.count) == json)
        #expect(inflated(payload.stored[...], json.count - 1) == nil)
        #expect(inflated(payload.stored.prefix(20), json.count) == nil)
    }

    @Test("The preset dictionary never changes: old segments are read with it")
    func dictionary() throws {
        let bytes = try #require(PresetDictionary.bytes(id: 1))
        #expect(Checksum.of(bytes) == Self.releasedDictionaryChecksum)
        #expect(PresetDictionary.bytes(id: 2) == nil)
        // The format's page must hold the very bytes, or nobody else could read a payload.
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/LogStorage/LogStorage.docc/LogFormat.md").standardized
        let text = try String(contentsOf: page, encoding: .utf8)
        let section = try #require(text.split(separator: "## Preset dictionary 1").last)
        let block = section.matches(of: /\n {4}([A-Za-z0-9+\/=]+)/).map { String($0.1) }.joined()
        #expect(Data(base64Encoded: block).map(Array.init) == bytes)
    }

    private static let releasedDictionaryChecksum: UInt32 = 2_985_438_507

    @Test("Store ids have the form of a UUID and come back from it")
    func storeIDs() throws {
        let id = StoreID.random()
        #expect(StoreID(id.description) == id)
        #expect(id.description.count == 36)
        #expect(StoreID("0f8fad5b-d9cb-469f-a165-70867728950") == nil)
        #expect(StoreID("zf8fad5b-d9cb-469f-a165-70867728950e") == nil)
    }
}

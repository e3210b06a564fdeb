import TestSupport
import Testing

@testable import LogStorage

@Suite("Deflating short payloads")
struct ShortDeflaterTests {
    private static let dictionary = PresetDictionary.bytes(id: PresetDictionary.currentID) ?? []

    private let deflater = ShortDeflater(dictionary: Self.dictionary)
    private let inflater: PayloadInflater

    init() throws {
        inflater = try PayloadInflater(dictionaryID: PresetDictionary.currentID)
    }

    /// What zlib makes of the deflated form of `bytes`.
    private func comesBack(_ bytes: [UInt8]) -> Bool {
        let deflated = deflater.deflate(bytes)
        return deflated.withUnsafeBytes { inflater.inflate($0.bytes, codec: .deflate, size: bytes.count) } == bytes
    }

    @Test("zlib reads what was made of bytes of every length and kind, one after the other")
    func everyLength() {
        var random = SeededGenerator(seed: 41)
        for count in 1...ShortDeflater.maximumBytes {
            let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let period = Int.random(in: 1...40, using: &random)
            let start = Int.random(in: 0..<Self.dictionary.count, using: &random)
            let kinds = [
                noise,
                // Matches that overlap themselves, up to the longest.
                (0..<count).map { noise[$0 % min(period, count)] },
                noise.map { $0 & 1 },
                // Matches out of the dictionary, and across its end.
                (0..<count).map { Self.dictionary[(start + $0) % Self.dictionary.count] },
            ]
            #expect(kinds.allSatisfy(comesBack), "of \(count) bytes")
        }
    }

    @Test("zlib reads what was made of profiles in many scripts")
    func profiles() {
        var random = SeededGenerator(seed: 7)
        let words = [
            "Zoë", "王小明", "محمد", "Ольга", "山田", "Αθηνά", "Łukasz", "अनिल", "👩🏽‍💻", "admin", "Berlin", "\\\"", "department",
            "@example.com", "\"},{\"", "reason", "0", "127.0.0.1",
        ]
        for _ in 0..<2_000 {
            var text = #"{"actor":"admin","request_id":""#
            while text.utf8.count < Int.random(in: 40...900, using: &random) {
                text += words[Int.random(in: 0..<words.count, using: &random)]
            }
            #expect(comesBack(Array((text + #""}}"#).utf8)), "\(text)")
        }
    }

    @Test("A match goes as far back as the first byte of the dictionary")
    func farthestMatch() throws {
        let start = Array(Self.dictionary.prefix(40))
        let deflated = deflater.deflate(start)
        #expect(deflated.count <= 6)
        #expect(comesBack(start))
        // And from the last bytes that a payload can have.
        let noise = (0..<ShortDeflater.maximumBytes - 40).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 >> 3) | 0x80 }
        #expect(deflater.deflate(noise + start).count <= deflater.deflate(noise).count + 6)
        #expect(comesBack(noise + start))
    }

    @Test("A typical change becomes a third of its size, and is no longer than zlib makes it")
    func size() throws {
        var ours = 0
        var zlibs = 0
        let zlib = try LongDeflater(dictionary: Self.dictionary)
        for number in 0..<200 {
            let json = Array(
                """
                {"actor":"admin","request_id":"etvvy4x0\(number)gjs","source_ip":"127.0.0.1","name":"User \(number)",\
                "email":"person\(number)@example.com","attributes":{"city":"Paris","department":"Sales"}}
                """.utf8
            )
            ours += deflater.deflate(json).count
            zlibs += zlib.deflate(json)?.count ?? 0
            #expect(deflater.deflate(json).count * 3 <= json.count)
        }
        #expect(ours <= zlibs)
    }

    @Test("Nothing is left of one payload when the next is deflated")
    func noTraces() {
        let first = Array("{\"name\":\"somebody with a long and unusual name\"}".utf8)
        let fresh = ShortDeflater(dictionary: Self.dictionary).deflate(first)
        _ = deflater.deflate(Array(repeating: 7, count: 900))
        _ = deflater.deflate(Array("a long and unusual name, somebody with".utf8))
        #expect(deflater.deflate(first) == fresh)
    }
}

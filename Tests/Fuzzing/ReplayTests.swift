import Foundation
import Testing

/// Gives every file of the corpus to its decoder, as `scripts/fuzz` does, but without libFuzzer.
///
/// Each crash that fuzzing ever found stands in the corpus.
@Suite("Corpus of the decoders")
struct ReplayTests {
    private static let corpus = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")

    @Test("Whatever bytes fuzzing has found, the decoder takes or refuses them", arguments: FuzzDecoder.allCases)
    func replay(decoder: FuzzDecoder) throws {
        let folder = Self.corpus.appending(path: decoder.rawValue)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for file in files {
            let bytes = Array(try Data(contentsOf: file))
            #expect(throws: Never.self, "\(decoder.rawValue)/\(file.lastPathComponent)") { try decoder.run(bytes) }
        }
    }

    @Test(
        "Every prefix of a sound file, and every byte of it changed, is taken or refused",
        arguments: FuzzDecoder.allCases
    )
    func neighbours(decoder: FuzzDecoder) throws {
        for (name, seed) in try SampleStore.seeds(for: decoder) {
            let step = max(1, seed.count / (decoder.opensStores ? 8 : 60))
            for place in stride(from: 0, to: seed.count, by: step) {
                #expect(throws: Never.self, "\(name) cut at \(place)") { try decoder.run(Array(seed[..<place])) }
                for value in [0x00, 0x7F, 0xFF, seed[place] &+ 1] as [UInt8] where value != seed[place] {
                    var changed = seed
                    changed[place] = value
                    #expect(throws: Never.self, "\(name) with \(value) at \(place)") { try decoder.run(changed) }
                }
            }
        }
    }

    @Test("A sound file is one to the harness: nothing is refused for want of a checksum")
    func mending() throws {
        for decoder in FuzzDecoder.allCases {
            for (_, seed) in try SampleStore.seeds(for: decoder) {
                #expect(throws: Never.self) { try decoder.run(seed) }
            }
        }
        for segment in [SampleStore.segment, SampleStore.sealedSegment] {
            for extent in ChecksumMender.Extent.allCases {
                #expect(ChecksumMender.segment(segment, extent) == segment)
                #expect(ChecksumMender.checkpoint(SampleStore.checkpoint, extent) == SampleStore.checkpoint)
            }
        }
    }
}

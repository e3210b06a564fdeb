@testable import LogStorage

/// Gives arbitrary bytes to the decoder of frames.
enum FrameCheck {
    static func run(_ input: [UInt8]) throws {
        var mended = input
        let end = ChecksumMender.mendFrame(&mended, at: 0)
        try check(input)
        try check(mended)
        if end == nil { try check(Array(mended.dropLast())) }
    }

    private static func check(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes(checkBytes)
    }

    private static func checkBytes(_ bytes: UnsafeRawBufferPointer) throws {
        switch FrameDecoding.decode(bytes, at: 64) {
        case .fault: return
        case .incomplete(let bytesNeeded):
            try FuzzFinding.require(bytesNeeded > bytes.count, "a frame wants bytes that are there")
            let most = FrameLayout.headerBytes + FrameLayout.maximumBodyBytes + FrameLayout.bodyChecksumBytes
            try FuzzFinding.require(bytesNeeded <= most, "a frame wants \(bytesNeeded) bytes")
        case .frame(let frame):
            var header = ByteWriter()
            frame.header.put(into: &header)
            try FuzzFinding.require(
                header.bytes.elementsEqual(bytes.prefix(FrameLayout.headerBytes)),
                "a frame's header is not written as it was read"
            )
            try FuzzFinding.require(frame.body.count == frame.header.bodyBytes, "a body has another length")
            try RecordCheck.check(frame)
        }
    }
}

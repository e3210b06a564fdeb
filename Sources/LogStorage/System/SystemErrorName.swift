#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The system's words for an error number.
package enum SystemErrorName {
    /// For example `No space left on device (errno 28)`.
    package static func text(_ number: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        // `strerror` shares one buffer between threads.
        let length = buffer.withUnsafeMutableBytes { bytes -> Int in
            let characters = bytes.bindMemory(to: CChar.self)
            guard let start = characters.baseAddress, strerror_r(number, start, characters.count) == 0 else { return 0 }
            return strnlen(start, characters.count)
        }
        return "\(String(decoding: buffer[..<length], as: UTF8.self)) (errno \(number))"
    }
}

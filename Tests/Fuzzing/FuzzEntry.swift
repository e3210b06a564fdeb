#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The decoder that the environment variable `FUZZ_DECODER` names.
private let decoder: FuzzDecoder = {
    let name = getenv("FUZZ_DECODER").map { String(cString: $0) } ?? ""
    guard let decoder = FuzzDecoder(rawValue: name) else { fatalError("FUZZ_DECODER names no decoder: '\(name)'") }
    return decoder
}()

/// What libFuzzer calls with each input; see `scripts/fuzz`.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        try decoder.run(Array(UnsafeBufferPointer(start: start, count: count)))
    } catch {
        fatalError("\(decoder.rawValue): \(error)")
    }
    return 0
}

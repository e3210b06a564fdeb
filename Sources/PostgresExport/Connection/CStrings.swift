/// Lends an array of C strings, in which `nil` stands for a null pointer.
func withCStrings<Result>(_ strings: [String?], _ body: ([UnsafePointer<CChar>?]) -> Result) -> Result {
    var bytes: [CChar] = []
    var starts: [Int?] = []
    for string in strings {
        starts.append(string == nil ? nil : bytes.count)
        if let string { bytes.append(contentsOf: string.utf8CString) }
    }
    return bytes.withUnsafeBufferPointer { buffer in
        body(starts.map { start in start.flatMap { offset in buffer.baseAddress.map { $0 + offset } } })
    }
}

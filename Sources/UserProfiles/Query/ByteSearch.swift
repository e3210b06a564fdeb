#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Finding and comparing bytes, many at a time.
enum ByteSearch {
    /// Bytes that are looked at together.
    private static let stride = 16

    /// Whether `needle` stands somewhere in `haystack`.
    ///
    /// Looks for its first and last byte in their distance, 16 places at a time, and compares only where both are.
    /// (`memmem` would do, but the system's module does not show it.)
    static func contains(_ haystack: UnsafeBufferPointer<UInt8>, _ needle: UnsafeBufferPointer<UInt8>) -> Bool {
        guard needle.count > 0, let first = needle.first, let last = needle.last else { return true }
        guard haystack.count >= needle.count else { return false }
        let bytes = UnsafeRawBufferPointer(haystack)
        let places = haystack.count - needle.count + 1
        let firsts = SIMD16<UInt8>(repeating: first)
        let lasts = SIMD16<UInt8>(repeating: last)
        var place = 0
        while place + stride <= places {
            let heads = bytes.loadUnaligned(fromByteOffset: place, as: SIMD16<UInt8>.self)
            let tails = bytes.loadUnaligned(fromByteOffset: place + needle.count - 1, as: SIMD16<UInt8>.self)
            // Zero exactly where both bytes are those wanted.
            let difference = (heads ^ firsts) | (tails ^ lasts)
            if any(difference .== SIMD16<UInt8>(repeating: 0)), isAny(haystack, needle, places: place..<place + stride)
            {
                return true
            }
            place += stride
        }
        return isAny(haystack, needle, places: place..<places)
    }

    /// The order of two byte strings: negative, zero or positive.
    static func compare(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        if let leftStart = left.baseAddress, let rightStart = right.baseAddress {
            let order = memcmp(leftStart, rightStart, min(left.count, right.count))
            if order != 0 { return Int(order) }
        }
        return left.count - right.count
    }

    private static func isAny(
        _ haystack: UnsafeBufferPointer<UInt8>,
        _ needle: UnsafeBufferPointer<UInt8>,
        places: Range<Int>
    ) -> Bool {
        guard let start = haystack.baseAddress, let wanted = needle.baseAddress else { return false }
        for place in places where haystack[place] == wanted.pointee {
            if memcmp(start + place, wanted, needle.count) == 0 { return true }
        }
        return false
    }
}

/// Comparing the words of a fixed list, such as the names of operations, without regard to the case of ASCII letters.
package enum ASCIICase {
    package static func equal(_ left: String, _ right: String) -> Bool {
        left.utf8.lazy.map(small).elementsEqual(right.utf8.lazy.map(small))
    }

    private static func small(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}

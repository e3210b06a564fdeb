@_spi(_Unicode) import Swift

/// The two forms of the labels of an international domain: the one that people read (U-label) and the one in ASCII
/// (A-label, RFC 5890, section 2.3.2.1).
enum InternationalDomain {
    private static let prefix = Array("xn--".utf8)

    /// Whether an A-label may stand in the domain of an address.
    static func hasEncodedLabel(_ address: String) -> Bool {
        // The two hyphens of the prefix are rare, and looking for them is cheaper than splitting.
        var previous: UInt8 = 0
        for byte in address.utf8 {
            if byte == UInt8(ascii: "-"), byte == previous {
                return domain(of: address).split(separator: ".").contains(where: isEncoded)
            }
            previous = byte
        }
        return false
    }

    /// The address with each A-label of its domain as the U-label that it stands for.
    static func decoded(_ address: String) -> String {
        guard hasEncodedLabel(address) else { return address }
        let domain = domain(of: address)
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false).map { decoded($0) ?? String($0) }
        return String(address[..<domain.startIndex]) + labels.joined(separator: ".")
    }

    /// The octets of a label, given in UTF-8, in ASCII, with its prefix if it needs one.
    static func encodedBytes(of label: some Collection<UInt8>) -> Int {
        guard label.contains(where: { $0 >= 0x80 }) else { return label.count }
        let text = String(decoding: label, as: UTF8.self).lowercased()
        return Punycode.encode(Array(text._nfc)).map { prefix.count + $0.count } ?? .max
    }

    private static func domain(of address: String) -> Substring {
        address.lastIndex(of: "@").map { address[address.index(after: $0)...] } ?? ""
    }

    private static func isEncoded(_ label: Substring) -> Bool {
        let start = label.utf8.prefix(prefix.count)
        return start.count == prefix.count && zip(start, prefix).allSatisfy { $0 | 0x20 == $1 | 0x20 }
    }

    /// The U-label; `nil` if there is none, or if it has characters that no address may have.
    private static func decoded(_ label: Substring) -> String? {
        guard isEncoded(label) else { return nil }
        let text = Array(label.lowercased().utf8.dropFirst(prefix.count))
        guard let scalars = Punycode.decode(text), !scalars.allSatisfy(\.isASCII),
            !scalars.contains(where: EmailRule.isForbidden)
        else { return nil }
        return String(String.UnicodeScalarView(scalars))
    }
}

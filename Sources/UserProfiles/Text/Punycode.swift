/// Punycode, which writes labels of international domain names in ASCII (RFC 3492).
enum Punycode {
    private static let base: UInt32 = 36
    private static let tMinimum: UInt32 = 1
    private static let tMaximum: UInt32 = 26
    private static let skew: UInt32 = 38
    private static let damp: UInt32 = 700
    private static let initialBias: UInt32 = 72
    private static let initialN: UInt32 = 0x80
    private static let delimiter = UInt8(ascii: "-")

    /// The label in ASCII, without the prefix `xn--`; `nil` for one that is longer than any label (RFC 3492, section 6.3).
    static func encode(_ label: [Unicode.Scalar]) -> [UInt8]? {
        guard label.count <= maximumScalars else { return nil }
        var output = label.filter(\.isASCII).map { UInt8(truncatingIfNeeded: $0.value) }
        let basicCount = UInt32(output.count)
        var handled = basicCount
        if basicCount > 0 { output.append(delimiter) }
        var (n, delta, bias) = (initialN, UInt32(0), initialBias)
        while handled < label.count {
            guard let next = label.lazy.map(\.value).filter({ $0 >= n }).min() else { return nil }
            delta += (next - n) * (handled + 1)
            n = next
            for scalar in label {
                if scalar.value < n { delta += 1 }
                guard scalar.value == n else { continue }
                append(delta, bias, to: &output)
                bias = adapt(delta, handled + 1, isFirst: handled == basicCount)
                delta = 0
                handled += 1
            }
            delta += 1
            n += 1
        }
        return output
    }

    /// The label of which ``encode(_:)`` makes `text`; `nil` if there is none (RFC 3492, section 6.2).
    ///
    /// - Parameter text: in small letters.
    static func decode(_ text: [UInt8]) -> [Unicode.Scalar]? {
        guard text.count <= maximumScalars, text.allSatisfy({ $0 < 0x80 }) else { return nil }
        let basicCount = text.lastIndex(of: delimiter) ?? 0
        var output = text[..<basicCount].map { Unicode.Scalar($0) }
        var digits = text[(basicCount > 0 ? basicCount + 1 : 0)...]
        var (n, place, bias) = (initialN, UInt32(0), initialBias)
        while !digits.isEmpty {
            guard let delta = number(&digits, bias) else { return nil }
            let count = UInt32(output.count) + 1
            let (sum, overflow) = place.addingReportingOverflow(delta)
            guard !overflow, sum / count <= 0x10FFFF - n, let scalar = Unicode.Scalar(n + sum / count) else {
                return nil
            }
            bias = adapt(delta, count, isFirst: place == 0)
            n += sum / count
            output.insert(scalar, at: Int(sum % count))
            place = sum % count + 1
        }
        // A text that is not the encoding of what it decodes to is none.
        return encode(output) == text ? output : nil
    }

    /// Far more than a label has, and few enough that no number overflows.
    private static let maximumScalars = 1_024

    /// Writes a generalized variable-length integer (section 3.3).
    private static func append(_ delta: UInt32, _ bias: UInt32, to output: inout [UInt8]) {
        var rest = delta
        var k = base
        while true {
            let threshold = threshold(k, bias)
            guard rest >= threshold else { break }
            output.append(digit(threshold + (rest - threshold) % (base - threshold)))
            rest = (rest - threshold) / (base - threshold)
            k += base
        }
        output.append(digit(rest))
    }

    /// Takes a generalized variable-length integer from the front; `nil` if it is none or too large.
    private static func number(_ digits: inout ArraySlice<UInt8>, _ bias: UInt32) -> UInt32? {
        var (sum, weight, k) = (UInt32(0), UInt32(1), base)
        while let digit = digits.popFirst() {
            guard let value = value(of: digit) else { return nil }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: weight)
            let (next, overflow) = sum.addingReportingOverflow(product)
            guard !isTooLarge, !overflow else { return nil }
            sum = next
            let threshold = threshold(k, bias)
            if value < threshold { return sum }
            let (larger, isEnd) = weight.multipliedReportingOverflow(by: base - threshold)
            guard !isEnd else { return nil }
            weight = larger
            k += base
        }
        return nil
    }

    private static func threshold(_ k: UInt32, _ bias: UInt32) -> UInt32 {
        k <= bias + tMinimum ? tMinimum : k >= bias + tMaximum ? tMaximum : k - bias
    }

    /// Section 6.1.
    private static func adapt(_ delta: UInt32, _ count: UInt32, isFirst: Bool) -> UInt32 {
        var delta = isFirst ? delta / damp : delta / 2
        delta += delta / count
        var k: UInt32 = 0
        while delta > (base - tMinimum) * tMaximum / 2 {
            delta /= base - tMinimum
            k += base
        }
        return k + (base - tMinimum + 1) * delta / (delta + skew)
    }

    private static func digit(_ value: UInt32) -> UInt8 {
        UInt8(truncatingIfNeeded: value < 26 ? value + 0x61 : value - 26 + 0x30)
    }

    private static func value(of digit: UInt8) -> UInt32? {
        switch digit {
        case 0x61...0x7A: UInt32(digit) - 0x61
        case 0x30...0x39: UInt32(digit) - 0x30 + 26
        default: nil
        }
    }
}

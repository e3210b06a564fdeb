/// Numbers as people read them.
package enum Amount {
    /// With commas between thousands, for example `1,234,567`.
    package static func text(_ number: some BinaryInteger) -> String {
        let digits = String(number)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0, digits.prefix(index) != "-" { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// With so many decimals.
    package static func text(_ number: Double, decimals: Int) -> String {
        guard number.isFinite, abs(number) < 1e15 else { return "\(number)" }
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = Int64((number * scale).rounded())
        let whole = text(scaled / Int64(scale))
        guard decimals > 0 else { return whole }
        let rest = String(abs(scaled) % Int64(scale))
        return "\(whole).\(String(repeating: "0", count: decimals - rest.count))\(rest)"
    }

    /// Bytes in a fitting unit, for example `95.1 MB` (of 1,000,000 bytes).
    package static func bytes(_ count: UInt64) -> String {
        let units = ["kB", "MB", "GB", "TB"]
        guard count >= 1_000 else { return "\(count) bytes" }
        var value = Double(count) / 1_000
        var unit = 0
        while value >= 1_000, unit < units.count - 1 {
            value /= 1_000
            unit += 1
        }
        return "\(text(value, decimals: 1)) \(units[unit])"
    }

    /// A stretch of time, for example `3 s` or `2 min 5 s`.
    package static func seconds(_ seconds: Double) -> String {
        let whole = Int64(max(0, seconds).rounded(.up))
        if whole < 60 { return "\(whole) s" }
        if whole < 3_600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3_600) h \(whole / 60 % 60) min"
    }
}

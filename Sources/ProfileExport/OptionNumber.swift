import ArgumentParser

/// Reads numbers of the command line and says what would be right.
enum OptionNumber {
    static func read(_ text: String, _ range: ClosedRange<Int>) throws -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw ValidationError("A whole number from \(range.lowerBound) to \(range.upperBound) is needed here.")
        }
        return number
    }
}

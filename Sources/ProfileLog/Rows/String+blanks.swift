extension String {
    /// The text without blanks at its end.
    var withoutBlanksAtEnd: String {
        String(self[..<(lastIndex { $0 != " " }.map { index(after: $0) } ?? startIndex)])
    }
}

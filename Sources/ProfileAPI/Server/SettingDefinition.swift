/// What there is to know about a setting: what it does, what it takes, its default, and whether it may be shown.
public struct SettingDefinition: Sendable {
    /// What the setting does, in a few words.
    public let summary: String
    /// Whether the value must not be shown to anybody.
    public let isSecret: Bool
    /// The default in words, where a value would not be the same everywhere.
    private let defaultInWords: String?
    private let take: @Sendable (_ text: String, _ settings: inout ServerSettings) -> String?
    private let show: @Sendable (ServerSettings) -> String

    /// - Parameters:
    ///   - take: puts a text into the settings; or says what the text must be, as in "must be an integer".
    ///   - show: the value in the settings as text, empty where there is none.
    init(
        _ summary: String,
        isSecret: Bool = false,
        defaultInWords: String? = nil,
        take: @escaping @Sendable (_ text: String, _ settings: inout ServerSettings) -> String?,
        show: @escaping @Sendable (ServerSettings) -> String
    ) {
        self.summary = summary
        self.isSecret = isSecret
        self.defaultInWords = defaultInWords
        self.take = take
        self.show = show
    }

    /// The default as text; empty for what is not set.
    public var fallback: String { defaultInWords ?? show(ServerSettings()) }

    /// The value in `settings` as it may be shown: a secret only tells that it is there.
    public func shown(_ settings: ServerSettings) -> String {
        let text = show(settings)
        return isSecret && !text.isEmpty ? SecretText.mask : text
    }

    /// Puts `text` into `settings`; the answer is nil, or what the text must be.
    func problem(taking text: String, into settings: inout ServerSettings) -> String? {
        take(text, &settings)
    }
}

// MARK: - Kinds

extension SettingDefinition {
    typealias Path<Value> = any WritableKeyPath<ServerSettings, Value> & Sendable

    /// A text; an empty one counts as none.
    static func text(_ path: Path<String>, _ summary: String) -> SettingDefinition {
        SettingDefinition(
            summary,
            take: { text, settings in
                if !text.isEmpty { settings[keyPath: path] = text }
                return nil
            },
            show: { $0[keyPath: path] }
        )
    }

    /// A text that may be left out; an empty one counts as none.
    ///
    /// - Parameter fallback: what holds without one.
    static func optionalText(
        _ path: Path<String?>,
        _ summary: String,
        isSecret: Bool = false,
        fallback: @escaping @Sendable (ServerSettings) -> String = { _ in "" }
    ) -> SettingDefinition {
        SettingDefinition(
            summary,
            isSecret: isSecret,
            take: { text, settings in
                settings[keyPath: path] = text.isEmpty ? nil : text
                return nil
            },
            show: { $0[keyPath: path] ?? fallback($0) }
        )
    }

    /// A decimal number in a range.
    static func integer(
        _ path: Path<Int>,
        _ range: ClosedRange<Int>,
        _ summary: String,
        defaultInWords: String? = nil
    ) -> SettingDefinition {
        SettingDefinition(
            "\(summary), \(range.lowerBound) to \(range.upperBound)",
            defaultInWords: defaultInWords,
            take: { text, settings in
                guard let number = Int(text), range.contains(number) else {
                    return "must be an integer from \(range.lowerBound) to \(range.upperBound), not \"\(text)\""
                }
                settings[keyPath: path] = number
                return nil
            },
            show: { String($0[keyPath: path]) }
        )
    }

    /// `true` or `false`.
    static func flag(_ path: Path<Bool>, _ summary: String) -> SettingDefinition {
        SettingDefinition(
            "\(summary), true or false",
            take: { text, settings in
                guard let value = Bool(text) else { return "must be true or false, not \"\(text)\"" }
                settings[keyPath: path] = value
                return nil
            },
            show: { String($0[keyPath: path]) }
        )
    }
}

/// What there is to know about a setting: what it does, what it takes, its default, and whether it may be shown.
public struct SettingDefinition: Sendable {
    /// What the setting does, in a few words.
    public let summary: String
    /// Whether the value must not be shown to anybody.
    public var isSecret = false
    /// The default in words, where a value would not be the same everywhere.
    var defaultInWords: String?
    /// Puts a text into the settings; or says what the text must be, as in "must be an integer".
    let take: @Sendable (_ text: String, _ settings: inout ServerSettings) -> String?
    /// The value in the settings as text, empty where there is none.
    let show: @Sendable (ServerSettings) -> String

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

    /// A value that is read from the text.
    ///
    /// - Parameters:
    ///   - wanted: what the text must be.
    ///   - read: nil for a text that is something else.
    static func value<Value>(
        _ path: Path<Value>,
        _ summary: String,
        mustBe wanted: String,
        defaultInWords: String? = nil,
        read: @escaping @Sendable (String) -> Value?,
        show: @escaping @Sendable (Value) -> String = { "\($0)" }
    ) -> SettingDefinition {
        SettingDefinition(
            summary: summary,
            defaultInWords: defaultInWords,
            take: { text, settings in
                guard let value = read(text) else { return "must be \(wanted), not \"\(text)\"" }
                settings[keyPath: path] = value
                return nil
            },
            show: { show($0[keyPath: path]) }
        )
    }

    /// A text; an empty one counts as none.
    static func text(_ path: Path<String>, _ summary: String) -> SettingDefinition {
        SettingDefinition(
            summary: summary,
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
        fallback: @escaping @Sendable (ServerSettings) -> String = { _ in "" }
    ) -> SettingDefinition {
        SettingDefinition(
            summary: summary,
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
        let limits = "\(range.lowerBound) to \(range.upperBound)"
        return value(
            path,
            "\(summary), \(limits)",
            mustBe: "an integer from \(limits)",
            defaultInWords: defaultInWords,
            read: { Int($0).flatMap { range.contains($0) ? $0 : nil } }
        )
    }

    /// `true` or `false`.
    static func flag(_ path: Path<Bool>, _ summary: String) -> SettingDefinition {
        value(path, "\(summary), true or false", mustBe: "true or false", read: { Bool($0) })
    }
}

import ToolConsole
import UserProfiles

/// A JSON value as people read it in a line; `absent` where there is none.
enum ValueText {
    static func of(_ value: JSONValue?) -> String {
        guard let value else { return "absent" }
        var json = JSONWriter()
        json.value(value)
        return VisibleText.of(String(decoding: json.bytes, as: UTF8.self))
    }
}

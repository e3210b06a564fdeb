import ArgumentParser

/// How wide rows for people may be.
struct WidthOptions: ParsableArguments {
    @Flag(help: "Show whole rows on a terminal, however wide: times to the microsecond, versions, long values.")
    var wide = false

    init() {}
}

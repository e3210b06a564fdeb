import ArgumentParser

/// What to do about damage.
struct DamageOptions: ParsableArguments {
    @Flag(help: "Go on behind damage; each gap is reported on standard error.")
    var skipDamage = false

    init() {}
}

public import ArgumentParser
public import ProfileAPI

extension Role: ExpressibleByArgument {}

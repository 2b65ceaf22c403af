package io.understudy.command;

import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Understudy.class.getPackage().getImplementationVersion();
        return new String[] {"understudy " + (version == null ? "(not packaged)" : version)};
    }
}

package io.understudy.admin;

import io.javalin.config.JavalinConfig;
import io.understudy.tls.ServerTls;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** HTTPS: each connection is encrypted with what the files say when it begins. */
final class Encryption extends SslContextFactory.Server {
    private final ServerTls tls;

    private Encryption(ServerTls tls) {
        this.tls = tls;
        setSslContext(newest());
        setIncludeProtocols("TLSv1.3", "TLSv1.2");
    }

    /** Nothing is served in plain then. */
    static void on(JavalinConfig config, ServerTls tls, String host, int port) {
        config.jetty.addConnector((server, http) -> connector(server, http, tls, host, port));
    }

    private static Connector connector(
            org.eclipse.jetty.server.Server server, HttpConfiguration http, ServerTls tls, String host, int port) {
        HttpConfiguration secure = new HttpConfiguration(http);
        SecureRequestCustomizer customizer = new SecureRequestCustomizer();
        // Nodes and people come by addresses too. Whether the certificate is for them is for who comes to say.
        customizer.setSniHostCheck(false);
        secure.addCustomizer(customizer);
        ServerConnector connector = new ServerConnector(
                server,
                new SslConnectionFactory(new Encryption(tls), HttpVersion.HTTP_1_1.asString()),
                new HttpConnectionFactory(secure));
        connector.setHost(host);
        connector.setPort(port);
        return connector;
    }

    private SSLContext newest() {
        return tls.context().orElseThrow().context();
    }

    private SSLEngine customized(SSLEngine engine) {
        customize(engine);
        return engine;
    }

    @Override
    public SSLEngine newSSLEngine() {
        return customized(newest().createSSLEngine());
    }

    @Override
    public SSLEngine newSSLEngine(String host, int port) {
        return customized(newest().createSSLEngine(host, port));
    }

    @Override
    public SSLEngine newSSLEngine(InetSocketAddress address) {
        return customized(newest().createSSLEngine());
    }
}

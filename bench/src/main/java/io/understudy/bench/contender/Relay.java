package io.understudy.bench.contender;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Copies bytes between clients and one server, two virtual threads for each client, and understands nothing of them. */
public final class Relay {
    private static final int BACKLOG = 512;
    private static final int BUFFER = 16 * 1024;

    private Relay() {}

    /**
     * Runs until the process ends.
     *
     * @param arguments the port to listen on, the server's host and port
     */
    public static void main(String... arguments) throws IOException {
        try (ServerSocket listener =
                new ServerSocket(Integer.parseInt(arguments[0]), BACKLOG, InetAddress.getLoopbackAddress())) {
            while (true) {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client, arguments[1], Integer.parseInt(arguments[2])));
            }
        }
    }

    private static void serve(Socket client, String host, int port) {
        try (client;
                Socket server = new Socket(host, port)) {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Thread back = Thread.ofVirtual().start(() -> copy(server, client));
            copy(client, server);
            back.join();
        } catch (IOException e) {
            // The client sees its connection end.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            try {
                from.close();
                to.close();
            } catch (IOException alsoFailed) {
                // Both are gone, which is what was wanted.
            }
        }
    }
}

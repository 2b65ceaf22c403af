package io.understudy.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Addresses that begin alike, {@code 10.0.0.0/8}.
 *
 * @param address the first of them
 * @param prefix how many bits are the same in all of them
 */
public record Network(InetAddress address, int prefix) {

    /**
     * Reads an address, alone or with the length of a prefix behind a slash.
     *
     * @throws IllegalArgumentException with what it should be
     */
    static Network parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("must be networks such as 10.0.0.0/8 or fd00::/8", e);
        }
        int bits = address.getAddress().length * Byte.SIZE;
        int prefix = slash < 0 ? bits : prefix(text.substring(slash + 1), bits);
        Network network = new Network(masked(address, prefix), prefix);
        if (!network.address.equals(address)) {
            throw new IllegalArgumentException("has more bits than its prefix; did you mean " + network + "?");
        }
        return network;
    }

    private static int prefix(String text, int bits) {
        try {
            int prefix = Integer.parseInt(text);
            if (prefix >= 0 && prefix <= bits) {
                return prefix;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException("has a prefix that must be a number from 0 to " + bits);
    }

    private static InetAddress masked(InetAddress address, int prefix) {
        byte[] b = address.getAddress();
        for (int i = 0; i < b.length; i++) {
            int kept = Math.clamp(prefix - (long) i * Byte.SIZE, 0, Byte.SIZE);
            b[i] &= (byte) (0xff << (Byte.SIZE - kept));
        }
        try {
            return InetAddress.getByAddress(b);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("of that length there are addresses", e);
        }
    }

    /** Whether that one is among them. IPv4 addresses are in no network of IPv6. */
    public boolean contains(InetAddress one) {
        return one.getAddress().length == address.getAddress().length
                && masked(one, prefix).getHostAddress().equals(address.getHostAddress());
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefix;
    }
}

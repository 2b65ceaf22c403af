package io.understudy.admin;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/** Where requests come from. */
final class Addresses {
    private static final int NETWORK_BYTES = 8;

    private Addresses() {}

    /** What counts as one place: an address, and of IPv6 a whole /64, for whoever has one has them all. */
    static String network(String ip) {
        try {
            // An address as text: nobody is asked for a name.
            InetAddress address = InetAddress.getByName(ip);
            return address instanceof Inet6Address
                    ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), NETWORK_BYTES)) + "/64"
                    : ip;
        } catch (UnknownHostException e) {
            return ip;
        }
    }
}

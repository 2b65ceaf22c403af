package io.understudy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MessageInputTest {

    /** Gives bytes in chunks of random size, and times out now and then. */
    private static final class Chunks extends InputStream {
        private final byte[] bytes;
        private final Random random;
        private final int chunkMax;
        private final int timeoutPercent;
        private int at;

        Chunks(byte[] bytes, Random random, int chunkMax, int timeoutPercent) {
            this.bytes = bytes;
            this.random = random;
            this.chunkMax = chunkMax;
            this.timeoutPercent = timeoutPercent;
        }

        @Override
        public int read() {
            return at == bytes.length ? -1 : bytes[at++] & 0xff;
        }

        @Override
        public int read(byte[] b, int off, int n) throws IOException {
            if (at == bytes.length) {
                return -1;
            }
            if (random.nextInt(100) < timeoutPercent) {
                throw new SocketTimeoutException();
            }
            int k = Math.min(Math.min(n, 1 + random.nextInt(chunkMax)), bytes.length - at);
            System.arraycopy(bytes, at, b, off, k);
            at += k;
            return k;
        }

        @Override
        public int available() {
            return bytes.length - at;
        }
    }

    private static byte[] message(Random random, int bodyMax) throws IOException {
        byte[] body = new byte[random.nextInt(bodyMax)];
        random.nextBytes(body);
        ByteArrayOutputStream b = new ByteArrayOutputStream();
        MessageOutput out = new MessageOutput(b);
        out.begin((char) (random.nextInt(256))).bytes(body).end();
        out.flush();
        return b.toByteArray();
    }

    @Test
    void messagesComeWholeHoweverTheyAreCut() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 60; round++) {
            List<byte[]> messages = new ArrayList<>();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i < 20; i++) {
                byte[] m = message(random, random.nextInt(6) == 0 ? 300_000 : 12_000);
                messages.add(m);
                all.write(m);
            }
            int chunkMax = random.nextBoolean() ? 7_000 : 100_000;
            MessageInput in = new MessageInput(new Chunks(all.toByteArray(), random, chunkMax, 10));
            for (byte[] m : messages) {
                assertThat(next(in)).as("seed " + seed).isEqualTo(m[0] & 0xff);
                assertThat(in.length()).isEqualTo(m.length);
                assertThat(in.streamed()).isEqualTo(m.length > MessageInput.WHOLE_BYTES_MAX);
                if (!in.streamed()) {
                    assertThat(in.remaining()).isEqualTo(m.length - 5);
                    assertThat(in.copy()).as("seed " + seed).isEqualTo(m);
                    assertThat(in.bytes(m.length - 5)).hasSize(m.length - 5);
                }
            }
            assertThat(next(in)).isEqualTo(-1);
        }
    }

    /** Repeats what timed out; passes over the tails of streamed messages later. */
    private static int next(MessageInput in) throws IOException {
        while (true) {
            try {
                in.skip();
                return in.next();
            } catch (SocketTimeoutException e) {
                assertThat(in.array().length).isLessThanOrEqualTo(MessageInput.WHOLE_BYTES_MAX);
            }
        }
    }

    @Test
    void largeMessagesAreStreamedAndCopiedWhole() throws Exception {
        Random random = new Random(7);
        byte[] m = new byte[5_000_000];
        random.nextBytes(m);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        MessageOutput out = new MessageOutput(all);
        for (int i = 0; i < 3; i++) {
            out.begin('d').bytes(m).end();
        }
        out.empty('S');
        out.flush();
        MessageInput in = new MessageInput(new Chunks(all.toByteArray(), random, 50_000, 0));
        assertThat(in.next()).isEqualTo('d');
        assertThat(in.streamed()).isTrue();
        assertThatThrownBy(in::next).isInstanceOf(IllegalStateException.class);
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        in.copyTo(copy);
        assertThat(copy.size()).isEqualTo(m.length + 5);
        assertThat(copy.toByteArray()).endsWith(m);
        assertThat(in.remaining()).isZero();
        assertThatThrownBy(in::int8).isInstanceOf(ProtocolException.class);
        in.next();
        assertThat(in.copy()).endsWith(m).hasSize(m.length + 5);
        in.next();
        in.skip();
        assertThat(in.next()).isEqualTo('S');
        assertThat(in.next()).isEqualTo(-1);
        assertThat(in.array().length).isLessThanOrEqualTo(MessageInput.WHOLE_BYTES_MAX);
    }

    @Test
    void lengthsThatCannotBeAreRefusedAndHugeOnesReserveNothing() throws Exception {
        for (int length : new int[] {0, 3, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, (1 << 30) + 5}) {
            assertThatThrownBy(() -> in('Q', length).next()).as("" + length).isInstanceOf(ProtocolException.class);
        }
        int huge = (1 << 30) + 4;
        MessageInput cut = in('Q', huge);
        assertThatThrownBy(cut::next).isInstanceOf(EOFException.class);
        assertThat(cut.array().length).isLessThanOrEqualTo(MessageInput.WHOLE_BYTES_MAX);

        byte[] head = new byte[200_000];
        System.arraycopy(header('Q', huge), 0, head, 0, 5);
        MessageInput in = new MessageInput(new ByteArrayInputStream(head));
        assertThat(in.next()).isEqualTo('Q');
        assertThat(in.length()).isEqualTo(huge + 1);
        long before = allocated();
        assertThatThrownBy(in::copy).isInstanceOf(EOFException.class);
        assertThat(allocated() - before).isLessThan(20_000_000);
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private static byte[] header(char type, int length) {
        return new byte[] {
            (byte) type, (byte) (length >> 24), (byte) (length >> 16), (byte) (length >> 8), (byte) length
        };
    }

    private static MessageInput in(char type, int length) {
        return new MessageInput(new ByteArrayInputStream(header(type, length)));
    }

    @Test
    void readingAllocatesNothing() throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        MessageOutput out = new MessageOutput(all);
        for (int i = 0; i < 100_000; i++) {
            out.begin('D').int16(1).int32(i).end();
        }
        out.flush();
        byte[] bytes = all.toByteArray();
        MessageInput warm = new MessageInput(new ByteArrayInputStream(bytes));
        while (warm.next() >= 0) {
            warm.int16();
        }
        MessageInput in = new MessageInput(new ByteArrayInputStream(bytes));
        long before = allocated();
        long sum = 0;
        while (in.next() >= 0) {
            sum += in.int16() + in.int32();
        }
        assertThat(allocated() - before).isLessThan(100_000);
        assertThat(sum).isEqualTo(100_000L + 99_999L * 100_000 / 2);
    }

    @Test
    void fieldsNeverReachBeyondTheirMessage() throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        MessageOutput out = new MessageOutput(all);
        out.begin('P').bytes("abc".getBytes(StandardCharsets.UTF_8)).end();
        out.begin('Q').string("next").end();
        out.flush();
        MessageInput in = new MessageInput(new ByteArrayInputStream(all.toByteArray()));
        in.next();
        assertThatThrownBy(in::string).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(in::int32).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> in.bytes(4)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> in.bytes(-1)).isInstanceOf(ProtocolException.class);
        assertThat(in.text(3, StandardCharsets.UTF_8)).isEqualTo("abc");
        assertThat(in.buffered()).isTrue();
        assertThat(in.ahead()).isTrue();
        in.next();
        assertThat(in.string()).isEqualTo("next");
        assertThat(in.buffered()).isFalse();
        assertThat(in.ready()).isFalse();
    }

    @Test
    void randomBytesNeverHangNorTakeMemory() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            byte[] garbage = new byte[random.nextInt(2_000)];
            random.nextBytes(garbage);
            MessageInput in = new MessageInput(new Chunks(garbage, random, 100, 0));
            try {
                if (random.nextBoolean()) {
                    StartupPacket.parse(in.nextUntyped(StartupPacket.BYTES_MAX));
                }
                while (in.next() >= 0) {
                    ErrorFields.read(in);
                    in.skip();
                }
            } catch (ProtocolException | EOFException e) {
                // as it should
            }
            assertThat(in.array().length).as("seed " + seed).isLessThanOrEqualTo(MessageInput.WHOLE_BYTES_MAX);
        }
    }

    @Test
    void theStartupPacketIsBounded() throws Exception {
        byte[] tooLong = {0, 0, 0x27, 0x11, 0, 3, 0, 0};
        assertThatThrownBy(() -> new MessageInput(new ByteArrayInputStream(tooLong)).nextUntyped(10_000))
                .isInstanceOf(ProtocolException.class);
        byte[] tooShort = {0, 0, 0, 7, 0, 3, 0};
        assertThatThrownBy(() -> new MessageInput(new ByteArrayInputStream(tooShort)).nextUntyped(10_000))
                .isInstanceOf(ProtocolException.class);
        assertThat(new MessageInput(InputStream.nullInputStream()).nextUntyped(10_000))
                .isEmpty();
        byte[] two = {0, 0, 0, 8, 1, 2, 3, 4, 0, 0, 0, 9, 1, 2, 3, 4, 5};
        MessageInput in = new MessageInput(new Chunks(two, new Random(1), 3, 0));
        assertThat(in.nextUntyped(10_000)).containsExactly(1, 2, 3, 4);
        assertThat(in.nextUntyped(10_000)).containsExactly(1, 2, 3, 4, 5);
        assertThat(in.nextUntyped(10_000)).isEmpty();
    }
}

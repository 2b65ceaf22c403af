package io.understudy.admin;

import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.understudy.log.TransactionToken;
import java.util.Map;
import java.util.OptionalLong;

/** {@code POST /api/v1/transactions/{token}/settle}: ends that transaction, if it ran on this node under a mastership that lasts; 409 if it did not, or is not over yet. */
final class SettleEndpoint implements Handler {
    private final Settling settling;

    SettleEndpoint(Settling settling) {
        this.settling = settling;
    }

    @Override
    public void handle(Context context) throws OrderRefusedException {
        TransactionToken token;
        try {
            token = TransactionToken.parse(context.pathParam("token"));
        } catch (IllegalArgumentException e) {
            throw new BadRequestResponse(String.valueOf(e.getMessage()));
        }
        OptionalLong upTo = settling.settle(token);
        if (upTo.isEmpty()) {
            throw new OrderRefusedException(
                    "this node is not the master of epoch " + token.epoch() + ", or the log has not answered yet");
        }
        context.json(Map.of("index", upTo.getAsLong()));
    }
}

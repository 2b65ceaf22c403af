package io.understudy.admin;

import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import java.util.Optional;

/**
 * {@code GET /api/v1/members}: who belongs to the cluster. {@code POST /api/v1/members?name=&life=&host=&clusterPort=}, or with the name alone of one that is heard, and {@code POST /api/v1/members/{node}/remove}: adds and removes a node, one at a time, 409
 * and why not; with {@code dryRun=true} it only says what would be done.
 */
final class MembersEndpoint {
    private final Members members;

    MembersEndpoint(Members members) {
        this.members = members;
    }

    void look(Context context) {
        context.json(members.look());
    }

    void add(Context context) throws OrderRefusedException {
        if (!query(context, "name").isEmpty() && context.queryParam("host") == null) {
            context.json(members.add(query(context, "name"), isDry(context)));
            return;
        }
        Members.Newcomer node;
        try {
            node = new Members.Newcomer(
                    query(context, "name"),
                    query(context, "life"),
                    query(context, "host"),
                    Integer.parseInt(query(context, "clusterPort")));
        } catch (NumberFormatException e) {
            throw new BadRequestResponse("clusterPort must be a number from 1 to 65535");
        }
        if (node.name().isEmpty() || node.host().isEmpty() || node.clusterPort() < 1 || node.clusterPort() > 65535) {
            throw new BadRequestResponse(
                    "name, host and clusterPort say who is to be added, or name alone if that node is heard");
        }
        context.json(members.add(node, isDry(context)));
    }

    void remove(Context context) throws OrderRefusedException {
        context.json(members.remove(context.pathParam("node"), isDry(context), !SignIns.isFromNode(context)));
    }

    private static boolean isDry(Context context) {
        return query(context, "dryRun").equals("true");
    }

    private static String query(Context context, String name) {
        return Optional.ofNullable(context.queryParam(name)).orElse("");
    }
}

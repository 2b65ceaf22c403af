package io.understudy.route;

import io.understudy.topology.NodeStatus;
import java.util.Map;

/**
 * What a node knows of the cluster when it routes.
 *
 * @param self this node's own status, exact
 * @param peers what the others last said, by name; nodes that left the membership view are not in it
 * @param master name of the node assigned in the current epoch, empty if none is known
 * @param mastershipOpen whether this node itself is the open master
 * @param outstanding reads this node has under way, by node
 * @param reached of the reads that another node could take, how many it gets by how its server was reached of late, in percent; those that are not there get all
 * @param turn any number, another one each time: shares out what equally busy replicas could all do
 */
public record ClusterPicture(
        NodeStatus self,
        Map<String, NodeStatus> peers,
        String master,
        boolean mastershipOpen,
        Map<String, ? extends Number> outstanding,
        Map<String, Integer> reached,
        int turn) {
    /** All servers are reached well. */
    public ClusterPicture(
            NodeStatus self,
            Map<String, NodeStatus> peers,
            String master,
            boolean mastershipOpen,
            Map<String, ? extends Number> outstanding,
            int turn) {
        this(self, peers, master, mastershipOpen, outstanding, Map.of(), turn);
    }
}

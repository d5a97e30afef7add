/* instance-describe.c - describe-instances and describe-instance-status; see instance.h. */
#include "ops/instance.h"

#include "ops/table.h"

#include <stdlib.h>
#include <string.h>

/* ---- DescribeInstances ---- */

#define ENI "_interfaces."

/* Filters that are not where their names say; what network interfaces say is looked for in their
 * own documents. */
static const struct filter_path instance_filters[] = {
	{"affinity", "Placement.Affinity"},
	{"availability-zone", "Placement.AvailabilityZone"},
	{"availability-zone-id", "Placement.AvailabilityZoneId"},
	{"block-device-mapping.attach-time", "BlockDeviceMappings.Ebs.AttachTime"},
	{"block-device-mapping.delete-on-termination",
		"BlockDeviceMappings.Ebs.DeleteOnTermination"},
	{"block-device-mapping.device-name", "BlockDeviceMappings.DeviceName"},
	{"block-device-mapping.status", "BlockDeviceMappings.Ebs.Status"},
	{"block-device-mapping.volume-id", "BlockDeviceMappings.Ebs.VolumeId"},
	{"dns-name", "PublicDnsName"},
	{"host-id", "Placement.HostId"},
	{"instance-state-code", "State.Code"},
	{"instance-state-name", "State.Name"},
	{"instance.group-id", "SecurityGroups.GroupId"},
	{"instance.group-name", "SecurityGroups.GroupName"},
	{"ip-address", "PublicIpAddress"},
	{"launch-index", "AmiLaunchIndex"},
	{"metadata-options.http-protocol-ipv4", "MetadataOptions.HttpEndpoint"},
	{"monitoring-state", "Monitoring.State"},
	{"network-interface.addresses.association.allocation-id",
		ENI "PrivateIpAddresses.Association.AllocationId"},
	{"network-interface.addresses.association.association-id",
		ENI "PrivateIpAddresses.Association.AssociationId"},
	{"network-interface.addresses.association.carrier-ip",
		ENI "PrivateIpAddresses.Association.CarrierIp"},
	{"network-interface.addresses.association.customer-owned-ip",
		ENI "PrivateIpAddresses.Association.CustomerOwnedIp"},
	{"network-interface.addresses.association.ip-owner-id",
		ENI "PrivateIpAddresses.Association.IpOwnerId"},
	{"network-interface.addresses.association.public-dns-name",
		ENI "PrivateIpAddresses.Association.PublicDnsName"},
	{"network-interface.addresses.association.public-ip",
		ENI "PrivateIpAddresses.Association.PublicIp"},
	{"network-interface.addresses.primary", ENI "PrivateIpAddresses.Primary"},
	{"network-interface.addresses.private-dns-name", ENI "PrivateIpAddresses.PrivateDnsName"},
	{"network-interface.addresses.private-ip-address",
		ENI "PrivateIpAddresses.PrivateIpAddress"},
	{"network-interface.association.allocation-id", ENI "Association.AllocationId"},
	{"network-interface.association.association-id", ENI "Association.AssociationId"},
	{"network-interface.association.carrier-ip", ENI "Association.CarrierIp"},
	{"network-interface.association.customer-owned-ip", ENI "Association.CustomerOwnedIp"},
	{"network-interface.association.ip-owner-id", ENI "Association.IpOwnerId"},
	{"network-interface.association.public-dns-name", ENI "Association.PublicDnsName"},
	{"network-interface.association.public-ip", ENI "Association.PublicIp"},
	{"network-interface.attachment.attach-time", ENI "Attachment.AttachTime"},
	{"network-interface.attachment.attachment-id", ENI "Attachment.AttachmentId"},
	{"network-interface.attachment.delete-on-termination",
		ENI "Attachment.DeleteOnTermination"},
	{"network-interface.attachment.device-index", ENI "Attachment.DeviceIndex"},
	{"network-interface.attachment.instance-id", ENI "Attachment.InstanceId"},
	{"network-interface.attachment.instance-owner-id", ENI "Attachment.InstanceOwnerId"},
	{"network-interface.attachment.network-card-index", ENI "Attachment.NetworkCardIndex"},
	{"network-interface.attachment.status", ENI "Attachment.Status"},
	{"network-interface.availability-zone", ENI "AvailabilityZone"},
	{"network-interface.deny-all-igw-traffic", ENI "DenyAllIgwTraffic"},
	{"network-interface.description", ENI "Description"},
	{"network-interface.group-id", ENI "Groups.GroupId"},
	{"network-interface.group-name", ENI "Groups.GroupName"},
	{"network-interface.ipv4-prefixes.ipv4-prefix", ENI "Ipv4Prefixes.Ipv4Prefix"},
	{"network-interface.ipv6-address", ENI "Ipv6Address"},
	{"network-interface.ipv6-addresses.ipv6-address", ENI "Ipv6Addresses.Ipv6Address"},
	{"network-interface.ipv6-addresses.is-primary-ipv6", ENI "Ipv6Addresses.IsPrimaryIpv6"},
	{"network-interface.ipv6-native", ENI "Ipv6Native"},
	{"network-interface.ipv6-prefixes.ipv6-prefix", ENI "Ipv6Prefixes.Ipv6Prefix"},
	{"network-interface.mac-address", ENI "MacAddress"},
	{"network-interface.network-interface-id", ENI "NetworkInterfaceId"},
	{"network-interface.operator.managed", ENI "Operator.Managed"},
	{"network-interface.operator.principal", ENI "Operator.Principal"},
	{"network-interface.outpost-arn", ENI "OutpostArn"},
	{"network-interface.owner-id", ENI "OwnerId"},
	{"network-interface.private-dns-name", ENI "PrivateDnsName"},
	{"network-interface.private-ip-address", ENI "PrivateIpAddress"},
	{"network-interface.public-dns-name", ENI "Association.PublicDnsName"},
	{"network-interface.requester-id", ENI "RequesterId"},
	{"network-interface.requester-managed", ENI "RequesterManaged"},
	{"network-interface.source-dest-check", ENI "SourceDestCheck"},
	{"network-interface.status", ENI "Status"},
	{"network-interface.subnet-id", ENI "SubnetId"},
	{"network-interface.tag-key", ENI "Tags.Key"},
	{"network-interface.tag-value", ENI "Tags.Value"},
	{"network-interface.vpc-id", ENI "VpcId"},
	{"owner-id", "_OwnerId"},
	{"placement-group-name", "Placement.GroupName"},
	{"placement-partition-number", "Placement.PartitionNumber"},
	{"private-dns-name-options.enable-resource-name-dns-aaaa-record",
		"PrivateDnsNameOptions.EnableResourceNameDnsAAAARecord"},
	{"product-code", "ProductCodes.ProductCodeId"},
	{"product-code.type", "ProductCodes.ProductCodeType"},
	{"reason", "StateTransitionReason"},
	{"requester-id", "_RequesterId"},
	{"reservation-id", "_ReservationId"},
	{"state-reason-code", "StateReason.Code"},
	{"state-reason-message", "StateReason.Message"},
	{"tenancy", "Placement.Tenancy"},
	{NULL, NULL},
};

/* Instances of one launch stand together in its reservation. */
static json_t *reservations(const struct call *c, json_t *instances)
{
	json_t *list = json_array(), *instance, *members = NULL;
	const char *last = "", *id;
	size_t i;

	json_array_foreach(instances, i, instance)
	{
		id = in_text(instance, "_ReservationId");
		if (!members || strcmp(id, last) != 0) {
			members = json_array();
			json_array_append_new(list,
				json_pack("{s:s, s:s, s:[], s:o}", "ReservationId", id, "OwnerId",
					c->who.account, "Groups", "Instances", members));
			last = id;
		}
		json_array_append(members, instance);
	}
	return list;
}

/* Ids that are not there are told all at once. */
static bool ids_there(struct call *c)
{
	json_t *ids = in_list(c->in, "InstanceIds");
	struct resource *all = NULL;
	size_t n;
	bool ok = !json_array_size(ids) || instances_find(c, ids, &all, &n);

	free(all);
	return ok;
}

static json_t *describe_instances(struct call *c)
{
	static const struct describe d = {
		.kind = "instance",
		.result = "Reservations",
		.ids = "InstanceIds",
		.prefix = "i",
		.malformed = FAULT_INVALID_INSTANCE_ID_MALFORMED,
		.not_found = FAULT_INVALID_INSTANCE_ID_NOT_FOUND,
		.filters = instance_filters,
		.view = instance_view,
	};
	json_t *found, *answer;

	if (json_array_size(in_list(c->in, "InstanceIds")) && in_has(c->in, "MaxResults"))
		return call_fault(c, FAULT_INVALID_COMBINATION,
			"The parameter instancesSet cannot be used with the parameter maxResults");
	found = ids_there(c) ? call_describe(c, &d) : NULL;
	if (!found)
		return NULL;
	answer =
		json_pack("{s:o}", "Reservations", reservations(c, in_list(found, "Reservations")));
	json_decref(found);
	return answer;
}

/* ---- DescribeInstanceStatus ---- */

static json_t *summary(bool known, bool passed)
{
	if (!known)
		return json_pack("{s:s}", "Status", "not-applicable");
	return json_pack("{s:[{s:s, s:s}], s:s}", "Details", "Name", "reachability", "Status",
		passed ? "passed" : "initializing", "Status", passed ? "ok" : "initializing");
}

static json_t *status_view(const struct call *c, const struct resource *r)
{
	bool running = instance_state(r->doc) == INSTANCE_RUNNING;
	bool passed = running && in_int(r->doc, "_StatusFrom", 0) <= call_now(c);
	const struct type_row *t = type_row_find(in_text(r->doc, "InstanceType"));
	json_t *view;

	if (!running && !in_bool(c->in, "IncludeAllInstances", false))
		return NULL;
	view = json_pack("{s:s, s:O, s:O, s:O, s:o, s:o}", "InstanceId", r->id, "AvailabilityZone",
		in_get(r->doc, "Placement.AvailabilityZone"), "InstanceState",
		json_object_get(r->doc, "State"), "Operator", json_object_get(r->doc, "Operator"),
		"InstanceStatus", summary(running, passed), "SystemStatus",
		summary(running, passed));
	json_object_set(view, "AvailabilityZoneId", in_get(r->doc, "Placement.AvailabilityZoneId"));
	if (t && strcmp(t->facts.hypervisor, "nitro") == 0)
		json_object_set_new(view, "AttachedEbsStatus", summary(running, passed));
	return view;
}

static json_t *describe_status(struct call *c)
{
	static const struct filter_path filters[] = {
		{"attached-ebs-status.status", "AttachedEbsStatus.Status"},
		{"event.code", "Events.Code"},
		{"event.description", "Events.Description"},
		{"event.instance-event-id", "Events.InstanceEventId"},
		{"event.not-after", "Events.NotAfter"},
		{"event.not-before", "Events.NotBefore"},
		{"event.not-before-deadline", "Events.NotBeforeDeadline"},
		{"instance-state-code", "InstanceState.Code"},
		{"instance-state-name", "InstanceState.Name"},
		{"instance-status.reachability", "InstanceStatus.Details.Status"},
		{"system-status.reachability", "SystemStatus.Details.Status"},
		{NULL, NULL},
	};
	static const struct describe d = {
		.kind = "instance",
		.result = "InstanceStatuses",
		.ids = "InstanceIds",
		.prefix = "i",
		.malformed = FAULT_INVALID_INSTANCE_ID_MALFORMED,
		.not_found = FAULT_INVALID_INSTANCE_ID_NOT_FOUND,
		.filters = filters,
		.view = status_view,
	};

	if (json_array_size(in_list(c->in, "InstanceIds")) && in_has(c->in, "MaxResults"))
		return call_fault(c, FAULT_INVALID_COMBINATION,
			"The parameter instancesSet cannot be used with the parameter maxResults");
	return ids_there(c) ? call_describe(c, &d) : NULL;
}

static const struct handler handlers[] = {
	{"DescribeInstances", describe_instances},
	{"DescribeInstanceStatus", describe_status},
	{"GetConsoleOutput", instance_console},
	{"GetPasswordData", instance_password},
	{NULL, NULL},
};
const struct family ops_instance_describe = {"ec2", handlers, NULL};

/*
 * world-commands.h - what prop-world.c does at random: requests as JSON in single quotes, with
 * holes as $name, and how often each comes.
 */
#ifndef PROPERTY_WORLD_COMMANDS_H
#define PROPERTY_WORLD_COMMANDS_H

static const struct command {
	const char *service, *operation;
	int weight;
	const char *request;
} commands[] = {
	{"ec2", "RunInstances", 12,
		"{'ImageId':$image,'InstanceType':$type,'MinCount':1,'MaxCount':1}"},
	{"ec2", "RunInstances", 6,
		"{'ImageId':$catalogue,'InstanceType':$type,'MinCount':1,'MaxCount':$few}"},
	{"ec2", "RunInstances", 3,
		"{'ImageId':$image,'InstanceType':$type,'MinCount':1,'MaxCount':1,"
		"'BlockDeviceMappings':[{'DeviceName':$device,'Ebs':{'VolumeSize':$size,"
		"'Encrypted':$bool,'DeleteOnTermination':$bool}}]}"},
	{"ec2", "RunInstances", 3,
		"{'LaunchTemplate':{'LaunchTemplateId':$launch-template},'MinCount':1,'MaxCount':"
		"1}"},
	{"ec2", "StopInstances", 5, "{'InstanceIds':[$instance]}"},
	{"ec2", "StartInstances", 4, "{'InstanceIds':[$instance]}"},
	{"ec2", "RebootInstances", 2, "{'InstanceIds':[$instance]}"},
	{"ec2", "TerminateInstances", 16, "{'InstanceIds':[$instance]}"},
	{"ec2", "ModifyInstanceAttribute", 3,
		"{'InstanceId':$instance,'DisableApiTermination':{'Value':$rare}}"},
	{"ec2", "ModifyInstanceAttribute", 2,
		"{'InstanceId':$instance,'InstanceType':{'Value':$type}}"},
	{"ec2", "ModifyInstanceAttribute", 2,
		"{'InstanceId':$instance,'BlockDeviceMappings':[{'DeviceName':$device,"
		"'Ebs':{'DeleteOnTermination':$bool}}]}"},
	{"ec2", "DescribeInstances", 4, "{}"},
	{"ec2", "DescribeInstances", 2, "{'InstanceIds':[$instance]}"},
	{"ec2", "DescribeInstanceStatus", 2, "{'IncludeAllInstances':$bool}"},
	{"ec2", "CreateReplaceRootVolumeTask", 2, "{'InstanceId':$instance}"},

	{"ec2", "CreateImage", 10, "{'InstanceId':$instance,'Name':$name,'NoReboot':$bool}"},
	{"ec2", "RegisterImage", 6,
		"{'Name':$name,'Architecture':'x86_64','RootDeviceName':'/dev/xvda',"
		"'VirtualizationType':'hvm','BlockDeviceMappings':[{'DeviceName':'/dev/xvda',"
		"'Ebs':{'SnapshotId':$snapshot}}]}"},
	{"ec2", "CopyImage", 6,
		"{'Name':$name,'SourceImageId':$image,'SourceRegion':$region,'Encrypted':$rare}"},
	{"ec2", "CopyImage", 2,
		"{'Name':$name,'SourceImageId':$image,'SourceRegion':$region,'Encrypted':true,"
		"'KmsKeyId':$key}"},
	{"ec2", "DeregisterImage", 10, "{'ImageId':$image}"},
	{"ec2", "DeregisterImage", 4, "{'ImageId':$image,'DeleteAssociatedSnapshots':true}"},
	{"ec2", "DescribeImages", 5, "{'Owners':['self']}"},
	{"ec2", "DescribeImages", 2, "{'ExecutableUsers':['self']}"},
	{"ec2", "DescribeImages", 3, "{'ImageIds':[$image]}"},
	{"ec2", "DescribeImages", 1, "{'Owners':[$owner],'IncludeDeprecated':$bool}"},
	{"ec2", "ModifyImageAttribute", 5,
		"{'ImageId':$image,'LaunchPermission':{'Add':[{'UserId':$account}]}}"},
	{"ec2", "ModifyImageAttribute", 3,
		"{'ImageId':$image,'LaunchPermission':{'Remove':[{'UserId':$account}]}}"},
	{"ec2", "ModifyImageAttribute", 2,
		"{'ImageId':$image,'LaunchPermission':{'Add':[{'Group':'all'}]}}"},
	{"ec2", "ModifyImageAttribute", 2,
		"{'ImageId':$image,'LaunchPermission':{'Remove':[{'Group':'all'}]}}"},
	{"ec2", "ModifyImageAttribute", 1, "{'ImageId':$image,'Description':{'Value':$name}}"},
	{"ec2", "DescribeImageAttribute", 2, "{'ImageId':$image,'Attribute':'launchPermission'}"},
	{"ec2", "ResetImageAttribute", 2, "{'ImageId':$image,'Attribute':'launchPermission'}"},
	{"ec2", "CancelImageLaunchPermission", 2, "{'ImageId':$image}"},
	{"ec2", "DisableImage", 2, "{'ImageId':$image}"},
	{"ec2", "EnableImage", 2, "{'ImageId':$image}"},
	{"ec2", "EnableImageDeprecation", 2,
		"{'ImageId':$image,'DeprecateAt':'2026-03-01T00:00:00Z'}"},
	{"ec2", "DisableImageDeprecation", 1, "{'ImageId':$image}"},
	{"ec2", "EnableImageDeregistrationProtection", 1,
		"{'ImageId':$image,'WithCooldown':$bool}"},
	{"ec2", "DisableImageDeregistrationProtection", 2, "{'ImageId':$image}"},
	{"ec2", "EnableImageBlockPublicAccess", 1,
		"{'ImageBlockPublicAccessState':'block-new-sharing'}"},
	{"ec2", "DisableImageBlockPublicAccess", 1, "{}"},

	{"ec2", "CreateSnapshot", 8, "{'VolumeId':$volume,'Description':$name}"},
	{"ec2", "CreateSnapshots", 2,
		"{'InstanceSpecification':{'InstanceId':$instance,'ExcludeBootVolume':$rare}}"},
	{"ec2", "CopySnapshot", 4,
		"{'SourceSnapshotId':$snapshot,'SourceRegion':$region,'Encrypted':$rare}"},
	{"ec2", "CopySnapshot", 2,
		"{'SourceSnapshotId':$snapshot,'SourceRegion':$region,'Encrypted':true,"
		"'KmsKeyId':$key}"},
	{"ec2", "DeleteSnapshot", 12, "{'SnapshotId':$snapshot}"},
	{"ec2", "DescribeSnapshots", 4, "{'OwnerIds':['self']}"},
	{"ec2", "DescribeSnapshots", 2,
		"{'RestorableByUserIds':['self'],'SnapshotIds':[$snapshot]}"},
	{"ec2", "ModifySnapshotAttribute", 4,
		"{'SnapshotId':$snapshot,'CreateVolumePermission':{'Add':[{'UserId':$account}]}}"},
	{"ec2", "ModifySnapshotAttribute", 2,
		"{'SnapshotId':$snapshot,'CreateVolumePermission':{'Remove':[{'UserId':$account}]}"
		"}"},
	{"ec2", "ModifySnapshotAttribute", 1,
		"{'SnapshotId':$snapshot,'CreateVolumePermission':{'Add':[{'Group':'all'}]}}"},
	{"ec2", "ResetSnapshotAttribute", 1,
		"{'SnapshotId':$snapshot,'Attribute':'createVolumePermission'}"},
	{"ec2", "EnableSnapshotBlockPublicAccess", 1, "{'State':'block-all-sharing'}"},
	{"ec2", "DisableSnapshotBlockPublicAccess", 1, "{}"},
	{"ec2", "LockSnapshot", 1,
		"{'SnapshotId':$snapshot,'LockMode':'governance','LockDuration':1}"},
	{"ec2", "UnlockSnapshot", 1, "{'SnapshotId':$snapshot}"},
	{"ec2", "ModifySnapshotTier", 1, "{'SnapshotId':$snapshot,'StorageTier':'archive'}"},

	{"ec2", "CreateVolume", 7,
		"{'AvailabilityZone':$zone,'SnapshotId':$snapshot,'VolumeType':$vtype}"},
	{"ec2", "CreateVolume", 4, "{'AvailabilityZone':$zone,'Size':$size,'Encrypted':$bool}"},
	{"ec2", "CreateVolume", 2,
		"{'AvailabilityZone':$zone,'Size':$size,'Encrypted':true,'KmsKeyId':$key}"},
	{"ec2", "AttachVolume", 6, "{'VolumeId':$volume,'InstanceId':$instance,'Device':$device}"},
	{"ec2", "DetachVolume", 5, "{'VolumeId':$volume}"},
	{"ec2", "ModifyVolume", 3, "{'VolumeId':$volume,'Size':$size}"},
	{"ec2", "DeleteVolume", 12, "{'VolumeId':$volume}"},
	{"ec2", "DescribeVolumes", 4, "{}"},
	{"ec2", "DescribeVolumes", 1, "{'VolumeIds':[$volume]}"},

	{"ec2", "EnableEbsEncryptionByDefault", 1, "{}"},
	{"ec2", "DisableEbsEncryptionByDefault", 2, "{}"},
	{"ec2", "ModifyEbsDefaultKmsKeyId", 1, "{'KmsKeyId':$key}"},
	{"ec2", "ResetEbsDefaultKmsKeyId", 1, "{}"},
	{"kms", "CreateKey", 2, "{'Description':$name}"},
	{"kms", "DisableKey", 2, "{'KeyId':$key}"},
	{"kms", "EnableKey", 3, "{'KeyId':$key}"},
	{"kms", "ScheduleKeyDeletion", 1, "{'KeyId':$key,'PendingWindowInDays':7}"},
	{"kms", "CancelKeyDeletion", 1, "{'KeyId':$key}"},
	{"kms", "CreateGrant", 2,
		"{'KeyId':$key,'GranteePrincipal':$root,'Operations':['Decrypt','CreateGrant',"
		"'DescribeKey']}"},
	{"kms", "DescribeKey", 1, "{'KeyId':$key}"},
	{"kms", "ListKeys", 1, "{}"},

	{"ec2", "CreateLaunchTemplate", 3,
		"{'LaunchTemplateName':$name,'LaunchTemplateData':{'ImageId':$image,"
		"'InstanceType':$type}}"},
	{"ec2", "CreateLaunchTemplateVersion", 2,
		"{'LaunchTemplateId':$launch-template,'LaunchTemplateData':{'InstanceType':$type}}"},
	{"ec2", "ModifyLaunchTemplate", 1,
		"{'LaunchTemplateId':$launch-template,'DefaultVersion':'$few'}"},
	{"ec2", "DeleteLaunchTemplate", 3, "{'LaunchTemplateId':$launch-template}"},
	{"ec2", "DescribeLaunchTemplates", 1, "{}"},

	{"ec2", "CreateTags", 6, "{'Resources':[$any],'Tags':[{'Key':$tag,'Value':$name}]}"},
	{"ec2", "DeleteTags", 3, "{'Resources':[$any],'Tags':[{'Key':$tag}]}"},
	{"ec2", "DescribeTags", 1, "{}"},
	{"ec2", "ListImagesInRecycleBin", 1, "{}"},
	{"ec2", "RestoreSnapshotFromRecycleBin", 1, "{'SnapshotId':$snapshot}"},
};

#endif

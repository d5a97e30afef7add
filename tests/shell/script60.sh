#!/bin/bash
# script60.sh - an evening's work: two servers, an image of each, copies elsewhere, a report, and all of it gone again.
# It knows nothing of any simulator: `aws` is whatever PATH has under that name.
set -euo pipefail
export AWS_REGION=us-east-1 AWS_PAGER=''
elsewhere=eu-west-1 servers=(web api 'data base') instances=()
declare -A image_of=() copy_of=()

text() { aws ec2 "$@" --output text; }
fault() { # the code of what must fail
	local said
	if said=$("$@" 2>&1 >/dev/null); then echo none; else sed -n 's/.*An error occurred (\([^)]*\)).*/\1/p' <<<"$said"; fi
}
remove_image() { # REGION IMAGE: with the snapshots that it leaves behind
	local snapshots
	mapfile -t snapshots < <(text describe-images --region "$1" --image-ids "$2" \
		--query 'Images[].BlockDeviceMappings[].Ebs.SnapshotId' | tr '\t' '\n')
	aws ec2 deregister-image --region "$1" --image-id "$2" >/dev/null
	printf '%s\n' "${snapshots[@]}" | xargs -n 1 aws ec2 delete-snapshot --region "$1" --snapshot-id
}
clean_up() { # however it ends, nothing is left that costs money
	local code=$? name
	trap - EXIT
	for name in "${!copy_of[@]}"; do remove_image "$elsewhere" "${copy_of[$name]}"; done
	for name in "${!image_of[@]}"; do remove_image "$AWS_REGION" "${image_of[$name]}"; done
	aws ec2 terminate-instances --instance-ids "${instances[@]}" | jq -r '.TerminatingInstances[].CurrentState.Name' | sort | uniq -c
	aws ec2 wait instance-terminated --instance-ids "${instances[@]}"
	for region in "$AWS_REGION" "$elsewhere"; do
		echo "left in $region: $(text describe-snapshots --region "$region" --owner-ids self --query 'length(Snapshots)') snapshots," \
			"$(aws ec2 describe-volumes --region "$region" | jq '.Volumes | length') volumes"
	done
	exit "$code"
}
trap clean_up EXIT

base=$(aws ssm get-parameter --name /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 \
	--query Parameter.Value --output text)
aws ec2 describe-images --image-ids "$base" | jq -r '.Images[0] | "\(.Architecture) \(.RootDeviceType) \(.State)"'
for name in "${servers[@]}"; do
	instances+=("$(text run-instances --image-id "$base" --instance-type t3.micro --query 'Instances[0].InstanceId' \
		--tag-specifications "ResourceType=instance,Tags=[{Key=Name,Value=$name},{Key=team,Value=evening}]")")
done
aws ec2 wait instance-running --instance-ids "${instances[@]}"

for i in "${!servers[@]}"; do
	name=${servers[i]// /-}
	image_of[$name]=$(text create-image --instance-id "${instances[i]}" --name "$name-$((i + 1))" --no-reboot --query ImageId)
	echo "twice: $(fault aws ec2 create-image --instance-id "${instances[i]}" --name "$name-$((i + 1))")"
done
aws ec2 wait image-available --image-ids "${image_of[@]}"
while read -r name id; do
	case $name in api*) continue ;; esac
	copy_of[$name]=$(text copy-image --region "$elsewhere" --source-region "$AWS_REGION" --source-image-id "$id" --name "$name" --query ImageId)
	aws ec2 create-tags --region "$elsewhere" --resources "${copy_of[$name]}" --tags Key=from,Value="$id" Key=한글,Value=복사본
done < <(text describe-images --owners self --query 'sort_by(Images, &Name)[].[Name, ImageId]')
aws ec2 wait image-available --region "$elsewhere" --image-ids "${copy_of[@]}"

echo "== $(aws sts get-caller-identity | jq -r .Arn)"
aws ec2 describe-images --owners self --query 'sort_by(Images, &Name)[].{id: ImageId, name: Name, at: CreationDate}' --output table
{ aws ec2 describe-images --owners self; aws ec2 describe-images --owners self --region "$elsewhere"; } |
	jq -rs 'map(.Images[]) | sort_by(.Name, .ImageId)[] | [.Name, .State, (.Tags // [] | map(.Key + "=" + .Value) | sort | join(";") | if . == "" then "-" else . end)] | @tsv'
# shellcheck disable=SC2016 # backquotes of JMESPath
aws ec2 describe-instances --filters Name=tag:team,Values=evening Name=instance-state-name,Values=running --output yaml \
	--query 'Reservations[].Instances[].{type: InstanceType, name: Tags[?Key==`Name`] | [0].Value}'
echo "gone: $(fault aws ec2 describe-images --image-ids ami-00000000000000000)"

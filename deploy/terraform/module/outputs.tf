output "address" {
  description = "Where the host name has to point."
  value       = var.production ? aws_lb.this[0].dns_name : aws_eip.this[0].public_ip
}

output "bucket" {
  value = aws_s3_bucket.files.bucket
}

output "database" {
  value = aws_db_instance.this.identifier
}

output "database_security_group" {
  value = aws_security_group.database.id
}

output "redis_security_group" {
  value = aws_security_group.redis.id
}

output "role" {
  value = aws_iam_role.this.name
}

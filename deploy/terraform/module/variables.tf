variable "name" {
  description = "What everything is called, such as upnext-staging."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,24}$", var.name))
    error_message = "Small letters, digits and dashes, 3 to 25 of them."
  }
}

variable "production" {
  description = "A balanced group in two zones, a standby of the database, long backups, no easy deletion; else one machine with an Elastic IP."
  type        = bool
}

variable "image" {
  description = "The container image, with its digest."
  type        = string
}

variable "host_name" {
  description = "Under which people reach it."
  type        = string
}

variable "certificate_arn" {
  description = "ACM certificate of the balancer; needed in production."
  type        = string
  default     = null
}

variable "alarm_email" {
  description = "Who is told of alarms."
  type        = string
}

variable "network" {
  description = "Address range of the network, a /16."
  type        = string
  default     = "10.40.0.0/16"
}

variable "zones" {
  description = "Two availability zones."
  type        = list(string)
}

variable "machine_image" {
  description = "AMI of Debian 12 or Amazon Linux 2023. A fixed one: a machine that is replaced is then the same."
  type        = string
}

variable "machine_type" {
  type    = string
  default = "t3.small"
}

variable "machines" {
  description = "Least, usual and most machines of the group, in production."
  type        = object({ least = number, usual = number, most = number })
  default     = { least = 2, usual = 2, most = 6 }
}

variable "database_type" {
  type    = string
  default = "db.t4g.small"
}

variable "database_version" {
  type    = string
  default = "16.4"
}

variable "redis_type" {
  type    = string
  default = "cache.t4g.micro"
}

variable "with_redis" {
  description = "false leaves ElastiCache out; each machine then counts and caches for itself."
  type        = bool
  default     = true
}

variable "log_days" {
  type    = number
  default = 30
}

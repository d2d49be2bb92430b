resource "aws_cloudwatch_log_group" "this" {
  name              = "/upnext/${var.name}"
  retention_in_days = var.log_days
}

resource "aws_sns_topic" "alarms" {
  name = "${var.name}-alarms"
}

resource "aws_sns_topic_subscription" "mail" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

# The server logs JSON, one line for each request and for each job that is given up.
resource "aws_cloudwatch_log_metric_filter" "errors" {
  name           = "${var.name}-5xx"
  log_group_name = aws_cloudwatch_log_group.this.name
  pattern        = "{ $.status >= 500 }"
  metric_transformation {
    name          = "Errors"
    namespace     = "Upnext/${var.name}"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_log_metric_filter" "slow" {
  name           = "${var.name}-slow"
  log_group_name = aws_cloudwatch_log_group.this.name
  pattern        = "{ $.ms >= 1000 }"
  metric_transformation {
    name          = "Slow"
    namespace     = "Upnext/${var.name}"
    value         = "1"
    default_value = "0"
  }
}

locals {
  own      = "Upnext/${var.name}"
  database = { DBInstanceIdentifier = aws_db_instance.this.identifier }
  machine  = var.production ? { AutoScalingGroupName = aws_autoscaling_group.this[0].name } : { InstanceId = aws_instance.this[0].id }
  alarms = {
    errors        = { namespace = local.own, metric = "Errors", statistic = "Sum", above = true, than = 5, dimensions = {}, text = "Answers with 5xx" }
    latency       = { namespace = local.own, metric = "Slow", statistic = "Sum", above = true, than = 20, dimensions = {}, text = "Requests over a second" }
    job-age       = { namespace = local.own, metric = "JobAgeSeconds", statistic = "Maximum", above = true, than = 300, dimensions = {}, text = "A job waits for over five minutes" }
    disk          = { namespace = "AWS/RDS", metric = "FreeStorageSpace", statistic = "Minimum", above = false, than = 3000000000, dimensions = local.database, text = "Less than 3 GB left for the database" }
    database-cpu  = { namespace = "AWS/RDS", metric = "CPUUtilization", statistic = "Average", above = true, than = 80, dimensions = local.database, text = "The database is busy" }
    machine-cpu   = { namespace = "AWS/EC2", metric = "CPUUtilization", statistic = "Average", above = true, than = 85, dimensions = local.machine, text = "The machines are busy" }
    database-full = { namespace = "AWS/RDS", metric = "DatabaseConnections", statistic = "Maximum", above = true, than = 150, dimensions = local.database, text = "Many connections to the database" }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each            = local.alarms
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.text
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  statistic           = each.value.statistic
  dimensions          = each.value.dimensions
  comparison_operator = each.value.above ? "GreaterThanThreshold" : "LessThanThreshold"
  threshold           = each.value.than
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = [
      for index, key in sort(keys(local.alarms)) : {
        type   = "metric"
        x      = (index % 2) * 12
        y      = floor(index / 2) * 6
        width  = 12
        height = 6
        properties = {
          title  = local.alarms[key].text
          region = data.aws_region.this.name
          stat   = local.alarms[key].statistic
          period = 60
          metrics = [concat(
            [local.alarms[key].namespace, local.alarms[key].metric],
            flatten([for name, value in local.alarms[key].dimensions : [name, value]]),
          )]
        }
      }
    ]
  })
}

{{/* The name of the chart. */}}
{{- define "[[ name ]].name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The name of the release and the chart: at most the 63 characters that a label has. */}}
{{- define "[[ name ]].fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{/* The chart and its version. */}}
{{- define "[[ name ]].chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The labels that Helm recommends. */}}
{{- define "[[ name ]].labels" -}}
helm.sh/chart: {{ include "[[ name ]].chart" . }}
{{ include "[[ name ]].selectorLabels" . }}
{{- with .Chart.AppVersion }}
app.kubernetes.io/version: {{ . | replace "+" "_" | trunc 63 | quote }}
{{- end }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* The labels that tell one release from another. */}}
{{- define "[[ name ]].selectorLabels" -}}
app.kubernetes.io/name: {{ include "[[ name ]].name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* The service account of the pods. */}}
{{- define "[[ name ]].serviceAccountName" -}}
[[ service_account ]]
{{- end }}

{{/* The recommended labels that an object has not, if it shall have them: the context, and the names that it has. */}}
{{- define "[[ name ]].addedLabels" -}}
{{- $context := index . 0 }}
{{- if $context.Values.recommendedLabels }}
{{- $labels := include "[[ name ]].labels" $context | fromYaml }}
{{- range $name := index . 1 }}
{{- $_ := unset $labels $name }}
{{- end }}
{{- if $labels }}
{{- toYaml $labels }}
{{- end }}
{{- end }}
{{- end }}

{{/* A value as part of a text. */}}
{{- define "[[ name ]].text" -}}
{{- if kindIs "string" . }}{{ . }}{{ else }}{{ toJson . }}{{ end }}
{{- end }}

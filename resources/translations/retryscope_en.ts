<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en_US">
<extra-license>SPDX-License-Identifier: MIT</extra-license>
<context>
    <name>Retryscope::FaultPlanEditor</name>
    <message numerus="yes">
        <source>and %n more attempts, in the plan&apos;s text</source>
        <translation>
            <numerusform>and %n more attempt, in the plan&apos;s text</numerusform>
            <numerusform>and %n more attempts, in the plan&apos;s text</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>armed: %n faults</source>
        <translation>
            <numerusform>armed: %n fault</numerusform>
            <numerusform>armed: %n faults</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Retryscope::ParameterFields</name>
    <message numerus="yes">
        <source>Parameter&amp;s: %n set</source>
        <translation>
            <numerusform>Parameter&amp;s: %n set</numerusform>
            <numerusform>Parameter&amp;s: %n set</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Retryscope::RequestForm</name>
    <message numerus="yes">
        <source>%n earlier messages are kept; see the JSON tab.</source>
        <translation>
            <numerusform>%n earlier message is kept; see the JSON tab.</numerusform>
            <numerusform>%n earlier messages are kept; see the JSON tab.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Retryscope::ResponsePane</name>
    <message numerus="yes">
        <source>%n events</source>
        <translation>
            <numerusform>%n event</numerusform>
            <numerusform>%n events</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Retryscope::RunView</name>
    <message numerus="yes">
        <source>%n attempts</source>
        <translation>
            <numerusform>%n attempt</numerusform>
            <numerusform>%n attempts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n on the wire</source>
        <translation>
            <numerusform>%n on the wire</numerusform>
            <numerusform>%n on the wire</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Retryscope::TimelineWords</name>
    <message numerus="yes">
        <source>%n milliseconds</source>
        <translation>
            <numerusform>%n millisecond</numerusform>
            <numerusform>%n milliseconds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n stream events</source>
        <translation>
            <numerusform>%n stream event</numerusform>
            <numerusform>%n stream events</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Retryscope::ToolsField</name>
    <message numerus="yes">
        <source>Tools: %n set</source>
        <translation>
            <numerusform>Tools: %n set</numerusform>
            <numerusform>Tools: %n set</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Retryscope::WaitPreview</name>
    <message numerus="yes">
        <source>; and %n more</source>
        <translation>
            <numerusform>; and %n more</numerusform>
            <numerusform>; and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
</TS>

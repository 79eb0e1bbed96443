// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/nn/protobuf_message.h"

using intersect::nn::ProtobufMessage;

namespace {

QByteArray hex(const ProtobufMessage& message) {
    return QByteArray::fromStdString(message.encoded()).toHex();
}

} // namespace

/// Bytes as the protocol buffers documentation gives them.
class TestProtobufMessage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void integers();
    void othersAndNesting();
};

void TestProtobufMessage::integers() {
    QCOMPARE(hex(ProtobufMessage().integer(1, 150)), QByteArray("089601"));
    QCOMPARE(hex(ProtobufMessage().integer(1, 0)), QByteArray("0800"));
    QCOMPARE(hex(ProtobufMessage().integer(1, 127)), QByteArray("087f"));
    QCOMPARE(hex(ProtobufMessage().integer(1, 128)), QByteArray("088001"));
    QCOMPARE(hex(ProtobufMessage().integer(1, -1)), QByteArray("08ffffffffffffffffff01"));
    QCOMPARE(hex(ProtobufMessage().integer(20, 7)), QByteArray("a00107")); // the tag takes two bytes
    QCOMPARE(hex(ProtobufMessage().integer(5, 1).integer(5, 2)), QByteArray("28012802"));
}

void TestProtobufMessage::othersAndNesting() {
    QCOMPARE(hex(ProtobufMessage().bytes(2, "testing")), QByteArray("120774657374696e67"));
    QCOMPARE(hex(ProtobufMessage().bytes(2, "")), QByteArray("1200"));
    QCOMPARE(hex(ProtobufMessage().real(2, 0.1F)), QByteArray("15cdcccc3d"));
    QCOMPARE(hex(ProtobufMessage().message(3, ProtobufMessage().integer(1, 150))), QByteArray("1a03089601"));
    const std::string longer(300, 'x');
    QCOMPARE(hex(ProtobufMessage().bytes(2, longer)).left(6), QByteArray("12ac02"));
}

QTEST_APPLESS_MAIN(TestProtobufMessage)
#include "tst_protobuf_message.moc"

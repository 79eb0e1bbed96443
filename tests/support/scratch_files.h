// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <QTemporaryDir>

namespace intersect::tests {

/// A folder of its own for one test, removed with it.
class Scratch {
public:
    Scratch() {
        if (!m_dir.isValid())
            throw std::runtime_error("no temporary folder");
    }
    std::filesystem::path path(const std::string& below = {}) const {
        const std::filesystem::path folder(m_dir.path().toStdString());
        return below.empty() ? folder : folder / below;
    }
    /// Writes bytes to a file below, making its folders.
    std::filesystem::path write(const std::string& below, std::string_view bytes) const {
        const std::filesystem::path file = path(below);
        std::filesystem::create_directories(file.parent_path());
        std::ofstream out(file, std::ios::binary);
        out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        if (!out)
            throw std::runtime_error("cannot write " + file.string());
        return file;
    }

private:
    QTemporaryDir m_dir;
};

/// The bytes of a file.
inline std::string bytesOf(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A whole BMP picture of one colour (24 bits), small and made without any library.
inline std::string bmpBytes(int width, int height, unsigned char grey = 90) {
    const auto row = static_cast<std::size_t>((width * 3 + 3) / 4 * 4);
    const std::size_t size = 54 + row * static_cast<std::size_t>(height);
    std::string bytes(size, static_cast<char>(grey));
    const auto put = [&](std::size_t at, std::size_t value, int count) {
        for (int i = 0; i < count; ++i)
            bytes[at + static_cast<std::size_t>(i)] = static_cast<char>(value >> (8 * i) & 0xFF);
    };
    bytes.replace(0, 54, 54, '\0');
    bytes[0] = 'B';
    bytes[1] = 'M';
    put(2, size, 4);
    put(10, 54, 4);
    put(14, 40, 4);
    put(18, static_cast<std::size_t>(width), 4);
    put(22, static_cast<std::size_t>(height), 4);
    put(26, 1, 2);
    put(28, 24, 2);
    return bytes;
}

} // namespace intersect::tests

using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Protocols;

/// <summary>Files of the layouts that the datasets' authors hand out.</summary>
public sealed class FaceProtocolFileTests : IDisposable
{
    private const string ClusteringHeader =
        "TEMPLATE_ID,FILENAME,FACE_X,FACE_Y,FACE_WIDTH,FACE_HEIGHT,RIGHT_EYE_X,RIGHT_EYE_Y,LEFT_EYE_X,LEFT_EYE_Y,NOSE_X,NOSE_Y";

    private const string JanusA =
        "TEMPLATE_ID,SUBJECT_ID,FILE,MEDIA_ID,SIGHTING_ID,FRAME,FACE_X,FACE_Y,FACE_WIDTH,FACE_HEIGHT";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("32_hint_100")]
    [InlineData("64_hint_100")]
    [InlineData("128_hint_1000")]
    [InlineData("256_hint_1000")]
    [InlineData("512_hint_1000")]
    [InlineData("1024_hint_10000")]
    [InlineData("1870_hint_10000")]
    public void The_seven_subtasks_of_IJB_B_have_their_subjects_from_the_ground_truth(string subtask)
    {
        Text("ijbb_clustering_test7_ground_truth.csv", "TEMPLATE_ID,SUBJECT_ID,SIGHTING_ID", "7,1001,1", "8,1002,2", "9,1001,3");
        var path = Text(
            $"ijbb_clustering_{subtask}.csv", ClusteringHeader, "7,img/1.jpg,10,20.5,30,40,,,,,,", "9,frames/2_3.png,,,,,,,,,,",
            "8,img/1.jpg,1,2,3,4,5,6,7,8,9,10");
        var protocol = FaceProtocolFile.Read(path, WorkContext.Default);
        Assert.Equal(("IJB", $"ijbb_clustering_{subtask}"), (protocol.Name, protocol.Part));
        Assert.Equal(["img/1.jpg", "frames/2_3.png", "img/1.jpg"], protocol.Faces.Select(face => face.File));
        Assert.Equal(["1001", "1001", "1002"], protocol.Faces.Select(face => face.Identity));
        Assert.Equal(["7", "9", "8"], protocol.Faces.Select(face => face.Template));
        Assert.Equal([(10, 20.5, 30, 40), null, (1, 2, 3, 4)], protocol.Faces.Select(face => face.Box));
    }

    [Fact]
    public void A_split_of_IJB_A_has_templates_of_media()
    {
        var path = Text(
            "verify_metadata_1.csv", JanusA, "1,43,img/99.jpg,99,5,,1,2,3,4", "1,43,frame/7_1.png,7,6,1,1,2,3,4",
            "1,43,frame/7_2.png,7,6,2,1,2,3,4", "2,44,img/5.jpg,5,8,,,,,");
        var faces = FaceProtocolFile.Read(path, WorkContext.Default).Faces;
        Assert.Equal(["99", "7", "7", "5"], faces.Select(face => face.Media));

        // The mean of the photograph and of the video's mean, and the photograph: worked by hand.
        var unit = new FeatureMatrix([1, 0, 0, 1, 0, -1, 0.6f, 0.8f], 4, 2);
        var (templates, sizes, features) = ProtocolFeatures.OfTemplates(faces, unit);
        Assert.Equal(["1", "2"], templates.Select(template => template.Template));
        Assert.Equal(["43", "44"], templates.Select(template => template.Identity));
        Assert.Equal([3, 1], sizes);
        Assert.Equal([1, 0, 0.6f, 0.8f], features.Values, (x, y) => Math.Abs(x - y) < 1e-6f);
    }

    [Theory]
    [InlineData("Protocol")]
    [InlineData("")]
    public void CFP_has_the_faces_of_both_lists(string given)
    {
        Directory.CreateDirectory(_folder["Protocol"]);
        Text("Protocol/Pair_list_F.txt", "1 ../Data/Images/001/frontal/01.jpg", "2 ../Data/Images/002/frontal/10.jpg");
        Text("Protocol/Pair_list_P.txt", "1 ../Data/Images/001/profile/01.jpg", "");
        var protocol = FaceProtocolFile.Read(_folder[given], WorkContext.Default);
        Assert.Equal(("CFP", "all"), (protocol.Name, protocol.Part));
        Assert.Equal(
            ["001/frontal/01.jpg", "002/frontal/10.jpg", "001/profile/01.jpg"], protocol.Faces.Select(face => face.File));
        Assert.Equal(["001", "002", "001"], protocol.Faces.Select(face => face.Identity));
        Assert.Single(FaceProtocolFile.Read(_folder["Protocol/Pair_list_P.txt"], WorkContext.Default).Faces);
    }

    [Fact]
    public void YouTube_Faces_has_a_list_a_subject_and_boxes_by_their_centres()
    {
        Text("Richard_Gere.labeled_faces.txt", @"Richard_Gere\3\3.618.jpg,0,262,165,132,130,0.0,1");
        Text("Aaron_Eckhart.labeled_faces.txt", @"Aaron_Eckhart\0\0.555.jpg,0,147,130,95,95,0.0,1",
            @"Aaron_Eckhart\0\0.556.jpg,0,1,2,3,4,0.0,1");
        var protocol = FaceProtocolFile.Read(_folder["."], WorkContext.Default);
        Assert.Equal("YTF", protocol.Name);
        Assert.Equal(["Aaron_Eckhart", "Aaron_Eckhart", "Richard_Gere"], protocol.Faces.Select(face => face.Identity));
        Assert.Equal("Richard_Gere/3/3.618.jpg", protocol.Faces[2].File);
        Assert.Equal("3", protocol.Faces[2].Media);
        Assert.Equal((196, 100, 132, 130), protocol.Faces[2].Box);
    }

    [Theory]
    [InlineData("a.csv", "A,B\n1,2", "FaceProtocolUnknown", null)]
    [InlineData("a.txt", "1 001/frontal/01.jpg", "FaceProtocolUnknown", null)]
    [InlineData("a.csv", "TEMPLATE_ID,FILE,SUBJECT_ID", "FaceProtocolEmpty", null)]
    [InlineData("a.csv", "TEMPLATE_ID,FILE\n1,x.jpg", "IdentityMissing", null)]
    [InlineData("a.csv", "TEMPLATE_ID,FILE,SUBJECT_ID\n1,,3", "FaceProtocolInvalid", 2L)]
    [InlineData("a.csv", "TEMPLATE_ID,FILE,SUBJECT_ID\n1,x", "FeatureRowRagged", 2L)]
    [InlineData("a.csv", "TEMPLATE_ID,FILE,SUBJECT_ID,FACE_X,FACE_Y,FACE_WIDTH,FACE_HEIGHT\n1,x,3,1,2,wide,4", "FaceProtocolInvalid", 2L)]
    [InlineData("a.csv", "TEMPLATE_ID,FILE,SUBJECT_ID,FACE_X,FACE_Y,FACE_WIDTH,FACE_HEIGHT\n1,x,3,1,2,NaN,4", "FaceProtocolInvalid", 2L)]
    [InlineData("Pair_list_F.txt", "1 ../Data/Images/001/frontal/01.jpg\n2", "FaceProtocolInvalid", 2L)]
    [InlineData("Pair_list_F.txt", "1 01.jpg", "FaceProtocolInvalid", 1L)]
    [InlineData("Pair_list_F.txt", "one ../Data/Images/001/frontal/01.jpg", "FaceProtocolInvalid", 1L)]
    [InlineData("Pair_list_F.txt", "1 ../../../01.jpg", "FaceProtocolInvalid", 1L)]
    [InlineData("A.labeled_faces.txt", "A\\1\\1.1.jpg,0,1,2,3", "FaceProtocolInvalid", 1L)]
    [InlineData("A.labeled_faces.txt", "..\\..\\1.1.jpg,0,1,2,3,4,0,1", "FaceProtocolInvalid", 1L)]
    [InlineData("A.labeled_faces.txt", "A\\1\\1.1.jpg,0,1,2,3,four,0,1", "FaceProtocolInvalid", 1L)]
    public void What_is_no_protocol_is_refused_with_its_line(string name, string content, string errorId, long? line)
    {
        var path = Text(name, content);
        var fault = Assert.Throws<InputException>(() => FaceProtocolFile.Read(path, WorkContext.Default));
        Assert.Equal(errorId, fault.ErrorId);
        if (line is { } number) Assert.Equal(number, Convert.ToInt64(fault.Target, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("0007,1001,x\n0009,1002,y", "1001", null)]
    [InlineData("TEMPLATE_ID,SUBJECT_ID\n7,1001", "1001", null)]
    [InlineData("TEMPLATE_ID,SUBJECT_ID\n8,1001", null, "IdentityMissing")]
    [InlineData("a,b\n7,1001", null, "FaceProtocolInvalid")]
    [InlineData("7", null, "FaceProtocolInvalid")]
    public void A_ground_truth_may_have_no_names_and_zeros_before_its_numbers(string truth, string? subject, string? errorId)
    {
        Text("x_ground_truth.csv", truth);
        var path = Text("x.csv", "TEMPLATE_ID,FILE", "7,a.jpg", "10,b.jpg");
        if (errorId is null)
        {
            Assert.Equal([subject, ""], FaceProtocolFile.Read(path, WorkContext.Default).Faces.Select(face => face.Identity));
            return;
        }

        Assert.Equal(
            errorId, Assert.Throws<InputException>(() => FaceProtocolFile.Read(path, WorkContext.Default)).ErrorId);
    }

    [Fact]
    public void A_template_of_two_subjects_is_refused()
    {
        Text("x_ground_truth.csv", "TEMPLATE_ID,SUBJECT_ID", "1,5", "1,6");
        var path = Text("x.csv", "TEMPLATE_ID,FILE", "1,a.jpg");
        var fault = Assert.Throws<InputException>(() => FaceProtocolFile.Read(path, WorkContext.Default));
        Assert.Equal(("FaceProtocolInvalid", 3L), (fault.ErrorId, fault.Target));
        ProtocolFace[] faces = [new("a", "5") { Template = "1" }, new("b", "6") { Template = "1" }];
        Assert.Equal("FaceProtocolInvalid", Assert.Throws<InputException>(
            () => ProtocolFeatures.OfTemplates(faces, new FeatureMatrix([1, 0, 0, 1], 2, 2))).ErrorId);
    }

    [Fact]
    public void Features_go_with_their_files_or_in_the_protocols_order()
    {
        var protocol = new FaceProtocol("CFP", "all", "here", [new("a/b/1.jpg", "a"), new("c/d/2.jpg", "c")]);
        var features = new FeatureMatrix([1, 2, 3], 3, 1);
        Assert.Equal([2, 0], ProtocolFeatures.Rows(protocol, new FeatureSet(features, [@"c\d\2.jpg", "x", "a/b/1.jpg"], null, "f")));
        Assert.Equal([0, 1], ProtocolFeatures.Rows(protocol, new FeatureSet(new FeatureMatrix([1, 2], 2, 1), null, null, "f")));
        foreach (var ids in new[] { null, new[] { "x", "y", "a/b/1.jpg" } })
        {
            var fault = Assert.Throws<InputException>(() => ProtocolFeatures.Rows(protocol, new FeatureSet(features, ids, null, "f")));
            Assert.Equal("FaceProtocolMismatch", fault.ErrorId);
        }
    }

    private string Text(string name, params string[] lines)
    {
        File.WriteAllText(_folder[name], string.Join('\n', lines));
        return _folder[name];
    }
}
